import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import send from 'koa-send';
import type { Middleware } from 'koa';

const folder = join(import.meta.dirname, '../web');

/** Libraries that browsers load as their packages have them. */
const vendored = /^\/vendor\/simplewebauthn\/(.+\.js)$/;
const vendoredFolder = dirname(fileURLToPath(import.meta.resolve('@simplewebauthn/browser')));

/** Pages that the shop shows; they are addresses of the one page. */
const pages = [
  /^\/(?:search|cart|checkout|login|register)?$/,
  /^\/(?:products|orders)\//,
  /^\/account(?:\/(?:details|addresses|security|link|messages|forgotten))?$/,
  /^\/(?:notifications|unsubscribe|mailbox)$/,
  /^\/staff(?:$|\/(?:orders|products|messages)\/|\/(?:stock|reviews|products|categories|prices|import|messages|keys)$)/,
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
    const [, library] = vendored.exec(ctx.path) ?? [];
    const [path, root] = library === undefined ? [ctx.path, folder] : [library, vendoredFolder];
    const sent = await send(ctx, path, { root, maxAge: 0 }).catch((error: unknown) => {
      if (((error as { status?: number }).status ?? 500) < 500) return undefined; // no such file, or not below the folder
      throw error;
    });
    if (sent !== undefined) {
      ctx.set('cache-control', 'no-cache');
      return;
    }
    if (ctx.accepts('json', 'html') !== 'html' || ctx.path.startsWith('/api/')) {
      await next();
      return;
    }
    // Somebody has opened it in a browser: the shop says that there is no such page.
    ctx.status = 404;
    ctx.set('cache-control', 'no-store');
    await send(ctx, 'index.html', { root: folder });
  };
}
