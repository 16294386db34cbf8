import { join } from 'node:path';
import send from 'koa-send';
import type { Middleware } from 'koa';

const folder = join(import.meta.dirname, '../web');

/** Pages that the shop shows; they are addresses of the one page. */
const pages = [
  /^\/(?:search|cart|checkout|login|register)?$/,
  /^\/(?:products|orders)\//,
  /^\/account(?:\/(?:security|messages))?$/,
  /^\/(?:notifications|unsubscribe|mailbox)$/,
  /^\/staff(?:$|\/(?:orders|products)\/|\/(?:stock|reviews|products|categories|prices|import)$)/,
];

/** The shop's files. There is no build: browsers load the modules as they are written. */
export function webFiles(): Middleware {
  return async (ctx, next) => {
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') {
      await next();
      return;
    }
    ctx.state['route'] = '/web';
    if (pages.some((page) => page.test(ctx.path))) {
      ctx.set('cache-control', 'no-cache');
      await send(ctx, 'index.html', { root: folder });
      return;
    }
    const sent = await send(ctx, ctx.path, { root: folder, maxAge: 0 }).catch((error: unknown) => {
      if (((error as { status?: number }).status ?? 500) < 500) return undefined; // no such file, or not below the folder
      throw error;
    });
    if (sent === undefined) {
      await next();
      return;
    }
    ctx.set('cache-control', 'no-cache');
  };
}
