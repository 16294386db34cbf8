import { countries, regions } from '@cartwright/kernel/places';
import type { Middleware } from 'koa';

const body = JSON.stringify({ countries, regions });

/** `/places.json`: what the forms of the shop offer, out of the same lists by which services judge addresses. */
export function places(): Middleware {
  return async (ctx, next) => {
    if (ctx.method !== 'GET' || ctx.path !== '/places.json') {
      await next();
      return;
    }
    ctx.state['route'] = '/places.json';
    ctx.set('cache-control', 'public, max-age=3600');
    ctx.type = 'json';
    ctx.body = body;
  };
}
