import type Router from '@koa/router';
import type { Kernel, ServiceApp } from '../kernel.ts';
import { docsPage } from './docs-page.ts';
import { readinessProbe } from './health.ts';
import { openApi } from './openapi.ts';
import { notFound } from './problem.ts';

/** What every service answers beside its own routes: health, metrics, its documentation, and the sidecar's questions. */
export function mountPlatform(router: Router, kernel: Kernel, service: ServiceApp): void {
  mountHealth(router, kernel);
  router.get('/metrics', async (ctx) => {
    // For who is inside. One of the services is the gateway, and an ingress before it names for whom it asks.
    if (ctx.get('x-forwarded-for') !== '') throw notFound('route');
    ctx.type = kernel.metrics.contentType;
    ctx.body = await kernel.metrics.metrics();
  });
  router.get('/dapr/config', (ctx) => {
    service.onSidecarStart?.(); // a sidecar asks once, when it begins
    ctx.body = {
      entities: service.actorTypes ?? [],
      actorIdleTimeout: '10m',
      // Actors that move to another copy of the service first finish the call that is under way.
      drainOngoingCallTimeout: '10s',
      drainRebalancedActors: true,
    };
  });
  router.get('/dapr/subscribe', (ctx) => {
    ctx.body = []; // subscriptions are declared in components/subscriptions
  });
  if (service.documentation !== false) mountDocumentation(router, kernel, service);
}

function mountHealth(router: Router, kernel: Kernel): void {
  // What the sidecar asks each second. It asks no store: a service that the sidecar takes for dead loses all of its actors.
  router.get('/healthz', (ctx) => {
    ctx.status = 200;
    ctx.body = '';
  });
  router.get('/health/live', (ctx) => {
    ctx.body = { status: 'ok' };
  });
  const probe = readinessProbe(kernel.checks, (name, error) => {
    kernel.log.warn({ error, dependency: name }, 'not ready');
  });
  router.get('/health/ready', async (ctx) => {
    const { ready, checks } = await probe();
    const draining = kernel.draining.aborted;
    ctx.status = ready && !draining ? 200 : 503;
    ctx.body = { status: draining ? 'draining' : ready ? 'ok' : 'failed', checks };
  });
}

function mountDocumentation(router: Router, kernel: Kernel, service: ServiceApp): void {
  const document = openApi(kernel.name, '0.1.0', service.routes);
  const text = JSON.stringify(document);
  const page = docsPage(document);
  router.get('/api/openapi.json', (ctx) => {
    ctx.type = 'application/json';
    ctx.body = text;
  });
  router.get('/api/docs', (ctx) => {
    ctx.type = 'html';
    ctx.set('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'");
    ctx.body = page;
  });
}
