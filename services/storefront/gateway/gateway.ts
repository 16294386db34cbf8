import type { IncomingMessage } from 'node:http';
import { refuseEncoded } from '@cartwright/kernel/http/body';
import { badRequest, Problem, unavailable } from '@cartwright/kernel/http/problem';
import type { Kernel } from '@cartwright/kernel/kernel';
import { isFromService } from '@cartwright/kernel/dapr/sidecar';
import type { TransportRequest } from '@cartwright/kernel/dapr/transport';
import type { Context, Middleware } from 'koa';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { requestHeaders, responseHeaders, securityHeaders } from './headers.ts';
import { targetOf } from './targets.ts';
import { untouchedByLeaving } from './untouched-by-leaving.ts';

export interface GatewayOptions {
  /** Requests of one network address in a minute. */
  readonly requestsPerMinute: number;
}

/** Until an answer begins. */
const timeoutMs = 10_000;
/** Streams may be silent for this long. */
const idleTimeoutMs = 60_000;
const mostBytes = 64 * 1024 * 1024;

/** Hands `/api/…` on to the services, by invocation through the sidecar, both ways as it comes. Other paths go to the next middleware. */
export function gateway(kernel: Kernel, { requestsPerMinute }: GatewayOptions): Middleware {
  const limiter = new RateLimiterMemory({ points: requestsPerMinute, duration: 60 });
  return async (ctx, next) => {
    ctx.set({ ...securityHeaders });
    await limit(limiter, ctx);
    const [path = ''] = ctx.url.split('?', 1);
    const target = targetOf(path);
    if (target === 'refused') {
      throw badRequest('The path could be read in two ways', [
        { field: 'path', rule: 'plain', message: 'must not hold encoded dots or slashes, nor empty parts' },
      ]);
    }
    if (target === undefined) {
      await next();
      return;
    }
    ctx.state['route'] = target.route;
    await forward(kernel, ctx, path, target.app);
  };
}

async function limit(limiter: RateLimiterMemory, ctx: Context): Promise<void> {
  try {
    await limiter.consume(ctx.req.socket.remoteAddress ?? '');
  } catch (refusal) {
    const seconds = Math.max(1, Math.ceil(((refusal as { msBeforeNext?: number }).msBeforeNext ?? 1000) / 1000));
    throw new Problem({
      status: 429,
      code: 'too_many_requests',
      title: 'Too many requests',
      detail: `Try again in ${String(seconds)} s`,
      headers: { 'retry-after': String(seconds) },
    });
  }
}

async function forward(kernel: Kernel, ctx: Context, path: string, app: string): Promise<void> {
  if (Number(ctx.headers['content-length'] ?? 0) > mostBytes) {
    throw new Problem({
      status: 413,
      code: 'too_large',
      title: 'Content too large',
      detail: `A body may have at most ${String(mostBytes)} bytes`,
    });
  }
  const sent = bodyOf(ctx.req);
  // Said here: the header is not handed on, and the service would read packed bytes as JSON.
  if (sent !== null) refuseEncoded(ctx.headers);
  const headers = requestHeaders(ctx.headers, ctx.req.socket.remoteAddress ?? '');
  const {
    status,
    headers: answered,
    body,
  } = await kernel.dapr.forward(app, {
    method: ctx.method as TransportRequest['method'],
    path: ctx.url,
    headers,
    body: sent,
    timeoutMs,
    idleTimeoutMs,
  });
  // A client that has gone away is nothing to us; and the answer that is then thrown away ends with an error that nobody else hears.
  body.on('error', (error) => {
    kernel.log.debug({ error, app }, 'an answer broke off');
  });
  // What a sidecar says in its place means that the service is away.
  if (!isFromService(answered)) {
    body.resume();
    throw unavailable(`The service for ${path}`, 1);
  }
  ctx.status = status;
  ctx.set(responseHeaders(answered));
  ctx.body = untouchedByLeaving(body, [answered['content-type']].flat()[0]);
}

function bodyOf(request: IncomingMessage): IncomingMessage | null {
  const { 'content-length': length, 'transfer-encoding': chunked } = request.headers;
  return (length === undefined || length === '0') && chunked === undefined ? null : request;
}
