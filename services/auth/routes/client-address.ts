import { BlockList, isIP } from 'node:net';
import { callerOf } from '@cartwright/kernel/http/guard';
import type { Context } from 'koa';
import type { Origin } from '../domain/grant.ts';

export interface Trust {
  /** What our own sidecar shows. */
  readonly appToken: string;
  /** Networks of proxies in front of us, such as Traefik's: `10.0.0.0/8,fd00::/8`. */
  readonly proxies: BlockList;
}

/** Reads `TRUSTED_PROXIES`. Throws an error that names the part which is no network. */
export function readProxies(text = ''): BlockList {
  const list = new BlockList();
  for (const part of text.split(',').filter((one) => one.trim() !== '')) {
    const [address = '', prefix] = part.trim().split('/');
    const family = isIP(address);
    if (family === 0) throw new Error(`TRUSTED_PROXIES holds ${part.trim()}, which is no network`);
    list.addSubnet(address, Number(prefix ?? (family === 4 ? 32 : 128)), family === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}

/** The customer's network address. Only the gateway, by invocation, and trusted proxies may name it for somebody else. */
export function clientAddress(ctx: Context, { appToken, proxies }: Trust): string {
  const peer = (ctx.req.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const named = ctx.get('x-forwarded-for').split(',').at(-1)?.trim() ?? '';
  const isProxy = isIP(peer) !== 0 && proxies.check(peer, isIP(peer) === 4 ? 'ipv4' : 'ipv6');
  return named !== '' && (isProxy || isGateway(ctx, appToken)) ? named : peer;
}

/** Where a request comes from: the customer's address, and what the browser calls itself. */
export function originOf(ctx: Context, trust: Trust): Origin {
  return { address: clientAddress(ctx, trust), device: ctx.get('user-agent') };
}

function isGateway(ctx: Context, appToken: string): boolean {
  try {
    return callerOf(ctx.headers, appToken, ['storefront']) === 'storefront';
  } catch {
    return false; // callerOf's way of saying no
  }
}
