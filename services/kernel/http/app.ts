import { randomUUID } from 'node:crypto';
import Router from '@koa/router';
import Koa from 'koa';
import type { Context, Next } from 'koa';
import type { Kernel, ServiceApp } from '../kernel.ts';
import { inContext } from '../telemetry/context.ts';
import { httpMetrics } from '../telemetry/metrics.ts';
import { parseJson, readBody } from './body.ts';
import { isOurs, toProblem } from './failure.ts';
import { guardCallback, isCallback } from './guard.ts';
import { mountJobs } from './jobs.ts';
import { mountRoutes } from './mount.ts';
import { mountPlatform } from './platform.ts';
import { Problem, badRequest, notFound } from './problem.ts';

/** The Koa application of a service: its routes, the sidecar's callbacks, health, metrics and documentation. What tests mount. */
export function createApp(kernel: Kernel, service: ServiceApp): Koa {
  const app = new Koa();
  // Paths mean what they say: a path that only the case tells from `/actors` must not get past the guard.
  const router = new Router({ sensitive: true });
  mountPlatform(router, kernel, service);
  mountRoutes(router, service.checkKey === undefined ? kernel : { ...kernel, checkKey: service.checkKey }, service.routes);
  for (const subscription of service.subscriptions ?? []) {
    router.post(`/events/${subscription.topic}`, async (ctx) => {
      ctx.body = await subscription.receive(parseJson(await readBody(ctx.req, deliveryLimit)));
    });
  }
  mountJobs(router, kernel, service.jobs ?? []);
  service.extend?.(router, kernel);
  app.use(observe(kernel));
  app.use(async (ctx, next) => {
    if (!canBeDecoded(ctx.path)) {
      throw badRequest('The address is not well-formed', [{ field: 'path', rule: 'encoding', message: 'cannot be decoded' }]);
    }
    if (isCallback(ctx.path)) guardCallback(ctx.path, ctx.headers, kernel.config);
    await next();
  });
  app.use(router.routes());
  if (service.fallback !== undefined) app.use(service.fallback);
  app.use((ctx) => {
    refuseUnrouted(ctx, router);
  });
  app.on('error', (error: unknown) => {
    // Who has seen enough of a stream closes it: that is no failure, and happens with every order that is followed.
    const level = (error as { code?: unknown } | null)?.code === 'ERR_STREAM_PREMATURE_CLOSE' ? 'debug' : 'warn';
    if (kernel.log.isLevelEnabled(level)) kernel.log[level]({ error }, 'a connection broke');
  });
  return app;
}

/** Most bytes of one bulk delivery; sidecars send up to a hundred events. */
const deliveryLimit = 16 * 1024 * 1024;

const requestIdPattern = /^[\w.:-]{1,100}$/;

/** Gives every request its id, trace, metrics, log line and, when something is thrown, its problem. */
function observe(kernel: Kernel): (ctx: Context, next: Next) => Promise<void> {
  const metrics = httpMetrics(kernel.metrics);
  return async (ctx, next) => {
    const began = performance.now();
    const headers = ctx.req.headers as Record<string, string | undefined>;
    const given = headers['x-request-id'];
    const requestId = given !== undefined && requestIdPattern.test(given) ? given : randomUUID();
    const span = kernel.spans.open(ctx.method, headers['traceparent'], headers['tracestate']);
    ctx.state['requestId'] = requestId;
    ctx.res.setHeader('x-request-id', requestId);
    ctx.res.setHeader('x-content-type-options', 'nosniff');
    // Who keeps the connection open shall ask another copy next time.
    if (kernel.draining.aborted) ctx.res.setHeader('connection', 'close');
    await inContext({ requestId, trace: span.trace }, async () => {
      try {
        await next();
      } catch (error) {
        answerProblem(kernel, ctx, error, requestId);
      }
      const seconds = (performance.now() - began) / 1000;
      const route = routeOf(ctx);
      metrics.observe(ctx.method, route, ctx.status, seconds);
      span.end(`${ctx.method} ${route}`, ctx.status);
      const level = ctx.method === 'GET' || isCallback(ctx.path) ? 'debug' : 'info';
      if (kernel.log.isLevelEnabled(level)) {
        kernel.log[level]({ method: ctx.method, route, status: ctx.status, ms: Math.round(seconds * 1e4) / 10 }, 'request');
      }
    });
  };
}

function canBeDecoded(path: string): boolean {
  if (!path.includes('%')) return true;
  try {
    return !decodeURIComponent(path).includes('\0');
  } catch {
    return false;
  }
}

/** The route's template, for metrics and spans: addresses themselves are without bound. */
function routeOf(ctx: Context): string {
  const { route } = ctx.state as { route?: string };
  if (route !== undefined) return route;
  const matched = (ctx as { _matchedRoute?: string | RegExp })._matchedRoute;
  return typeof matched === 'string' ? matched : 'unrouted';
}

function answerProblem(kernel: Kernel, ctx: Context, error: unknown, requestId: string): void {
  const problem = toProblem(error);
  const line = { error: problem.cause ?? problem, method: ctx.method, route: routeOf(ctx), status: problem.status };
  if (isOurs(problem)) kernel.log.error(line, problem.message);
  else if (problem.cause !== undefined) kernel.log.debug(line, 'refused');
  ctx.status = problem.status;
  for (const [name, value] of Object.entries(problem.parts.headers ?? {})) ctx.set(name, value);
  ctx.set('content-type', 'application/problem+json; charset=utf-8');
  ctx.set('cache-control', 'no-store');
  ctx.body = JSON.stringify(problem.body(requestId));
}

function refuseUnrouted(ctx: Context, router: Router): void {
  const allowed = router.match(ctx.path, ctx.method).path.flatMap(({ methods }) => methods);
  if (allowed.length === 0) throw notFound('route');
  const allow = [...new Set(allowed)].join(', ');
  throw new Problem({
    status: 405,
    code: 'method_not_allowed',
    title: 'Method not allowed',
    detail: `Allowed: ${allow}`,
    headers: { allow },
  });
}
