import type Router from '@koa/router';
import { parseJson, readBody } from '@cartwright/kernel/http/body';
import { Problem, notFound } from '@cartwright/kernel/http/problem';
import type { Context } from 'koa';
import { UnknownActorCall } from './host.ts';
import type { ActorHost } from './host.ts';

const bodyLimit = 1024 * 1024;

/**
 * Puts the actors on Koa, as Dapr's HTTP contract has it. The kernel lets only the service's own sidecar in. Answers 404 for what is not
 * on the list and 500 for a turn that failed, so that the sidecar knows, and tells a reminder's failure from its success.
 */
export function mountActors(router: Router, host: ActorHost): void {
  router.put('/actors/:type/:id/method/:method', async (ctx) => {
    const { type, id, method } = paramsOf(ctx);
    ctx.body = JSON.stringify(await known(host.call(type, id, method, await bodyOf(ctx))));
    ctx.type = 'application/json';
  });
  router.put('/actors/:type/:id/method/remind/:name', async (ctx) => {
    const { type, id, name } = paramsOf(ctx);
    const { data } = ((await bodyOf(ctx)) ?? {}) as { data?: unknown };
    await known(host.remind(type, id, name, data));
    ctx.status = 200;
    ctx.body = '';
  });
  router.put('/actors/:type/:id/method/timer/:name', () => {
    throw notFound('timer'); // no actor of ours has timers: they do not survive their process
  });
  router.delete('/actors/:type/:id', async (ctx) => {
    const { type, id } = paramsOf(ctx);
    await host.deactivate(type, id);
    ctx.status = 200;
    ctx.body = '';
  });
}

function paramsOf(ctx: unknown): { type: string; id: string; method: string; name: string } {
  return (ctx as { params: { type: string; id: string; method: string; name: string } }).params;
}

async function bodyOf(ctx: Pick<Context, 'req'>): Promise<unknown> {
  const body = await readBody(ctx.req, bodyLimit);
  return body.length === 0 ? undefined : parseJson(body);
}

async function known<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof UnknownActorCall)) throw error;
    throw new Problem({ status: 404, code: 'unknown_actor_call', title: 'Not found', detail: error.message }, { cause: error });
  }
}
