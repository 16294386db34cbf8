import { randomUUID } from 'node:crypto';
import Router from '@koa/router';
import Koa from 'koa';
import type { Context, Next } from 'koa';
import { SidecarUnavailable } from '../dapr/errors.ts';
import type { Kernel, ServiceApp } from '../kernel.ts';
import { inContext } from '../telemetry/context.ts';
import { httpMetrics } from '../telemetry/metrics.ts';
import { docsPage } from './docs-page.ts';
import { guardCallback, isCallback } from './guard.ts';
import { mountRoutes } from './mount.ts';
import { openApi } from './openapi.ts';
import { Problem, badRequest, notFound, unavailable } from './problem.ts';
import { readiness } from './health.ts';

/** The Koa application of a service: its routes, the sidecar's callbacks, health, metrics and documentation. What tests mount. */
export function createApp(kernel: Kernel, service: ServiceApp): Koa {
  const app = new Koa();
  // Paths mean what they say: a path that only the case tells from `/actors` must not get past the guard.
  const router = new Router({ sensitive: true });
  mountPlatform(router, kernel, service);
  mountRoutes(router, kernel, service.routes);
  for (const subscription of service.subscriptions ?? []) {
    router.post(`/events/${subscription.topic}`, async (ctx) => {
      ctx.body = await subscription.receive(await readEvents(ctx));
    });
  }
  service.extend?.(router, kernel);
  app.use(observe(kernel));
  app.use(async (ctx, next) => {
    if (!canBeDecoded(ctx.path))
      throw badRequest('The address is not well-formed', [{ field: 'path', rule: 'encoding', message: 'cannot be decoded' }]);
    if (isCallback(ctx.path)) guardCallback(ctx.headers, kernel.config.appToken);
    await next();
  });
  app.use(router.routes());
  if (service.fallback !== undefined) app.use(service.fallback);
  app.use((ctx) => {
    refuseUnrouted(ctx, router);
  });
  app.on('error', (error: unknown) => {
    kernel.log.warn({ error }, 'A connection broke');
  });
  return app;
}

const requestIdPattern = /^[\w.:-]{1,100}$/;

/** Gives every request its id, trace, metrics, log line and, when something is thrown, its problem. */
function observe(kernel: Kernel): (ctx: Context, next: Next) => Promise<void> {
  const metrics = httpMetrics(kernel.metrics);
  return async (ctx, next) => {
    const began = process.hrtime.bigint();
    const given = ctx.get('x-request-id');
    const requestId = requestIdPattern.test(given) ? given : randomUUID();
    const span = kernel.spans.open(ctx.method, ctx.get('traceparent'));
    ctx.state['requestId'] = requestId;
    ctx.set('x-request-id', requestId);
    await inContext({ requestId, trace: span.trace }, async () => {
      try {
        await next();
      } catch (error) {
        answerProblem(kernel, ctx, error, requestId);
      }
      const seconds = Number(process.hrtime.bigint() - began) / 1e9;
      const matched = (ctx as { _matchedRoute?: string | RegExp })._matchedRoute;
      const route = typeof matched === 'string' ? matched : 'unrouted';
      metrics.observe(ctx.method, route, ctx.status, seconds);
      span.end(`${ctx.method} ${route}`, ctx.status >= 500);
      const level = ctx.status >= 500 ? 'error' : ctx.method === 'GET' || isCallback(ctx.path) ? 'debug' : 'info';
      kernel.log[level]({ method: ctx.method, route, status: ctx.status, ms: Math.round(seconds * 1e4) / 10 }, 'request');
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

function answerProblem(kernel: Kernel, ctx: Context, error: unknown, requestId: string): void {
  const problem = toProblem(error);
  if (problem.status >= 500) kernel.log.error({ error }, problem.message);
  else if (problem.cause !== undefined) kernel.log.debug({ error: problem }, 'refused');
  ctx.status = problem.status;
  for (const [name, value] of Object.entries(problem.parts.headers ?? {})) ctx.set(name, value);
  ctx.set('content-type', 'application/problem+json; charset=utf-8');
  ctx.body = JSON.stringify(problem.body(requestId));
}

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof SidecarUnavailable) return unavailable('A part of the platform', 1, { cause: error });
  if (isConnectionError(error)) return unavailable('The database', 1, { cause: error });
  return new Problem(
    { status: 500, code: 'internal', title: 'Internal error', detail: 'Something failed; the log has it under the request id' },
    { cause: error },
  );
}

/** Postgres and the network say by their codes that nothing can be had now: class 08 and 57P, and what sockets report. */
function isConnectionError(error: unknown): boolean {
  for (let link: unknown = error; link instanceof Error; link = link.cause) {
    const { code } = link as { code?: unknown };
    if (typeof code === 'string' && /^(08\w{3}|57P\d\d|53300|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)$/.test(code)) return true;
    if (/timeout exceeded when trying to connect|Connection terminated/.test(link.message)) return true;
  }
  return false;
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

function mountPlatform(router: Router, kernel: Kernel, service: ServiceApp): void {
  router.get('/healthz', (ctx) => {
    ctx.body = '';
    ctx.status = 200;
  });
  router.get('/health/live', (ctx) => {
    ctx.body = { status: 'ok' };
  });
  router.get('/health/ready', async (ctx) => {
    const { ready, checks } = await readiness(kernel.checks, (name, error) => {
      kernel.log.warn({ error, dependency: name }, 'not ready');
    });
    ctx.status = ready && !kernel.draining.aborted ? 200 : 503;
    ctx.body = { status: kernel.draining.aborted ? 'draining' : ready ? 'ok' : 'failed', checks };
  });
  router.get('/metrics', async (ctx) => {
    ctx.type = kernel.metrics.contentType;
    ctx.body = await kernel.metrics.metrics();
  });
  router.get('/dapr/config', (ctx) => {
    ctx.body = { entities: service.actorTypes ?? [], actorIdleTimeout: '10m', drainOngoingCallTimeout: '10s', drainRebalancedActors: true };
  });
  router.get('/dapr/subscribe', (ctx) => {
    ctx.body = []; // subscriptions are declared in components/subscriptions
  });
  if (service.documentation === false) return;
  const document = openApi(kernel.name, '0.1.0', service.routes);
  const page = docsPage(document);
  router.get('/api/openapi.json', (ctx) => {
    ctx.body = document;
  });
  router.get('/api/docs', (ctx) => {
    ctx.type = 'html';
    ctx.set('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'");
    ctx.body = page;
  });
}

/** A bulk delivery of the sidecar: up to a hundred events. */
async function readEvents(ctx: Context): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of ctx.req) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
}
