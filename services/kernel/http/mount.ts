import type Router from '@koa/router';
import type { IncomingHttpHeaders } from 'node:http';
import type { Context } from 'koa';
import type { TSchema } from 'typebox';
import type { Kernel } from '../kernel.ts';
import { authorize } from './access.ts';
import type { Access, Principal } from './access.ts';
import { readBody, readJson } from './body.ts';
import { hasAlready } from './etag.ts';
import { callerOf } from './guard.ts';
import { badRequest, unauthorized } from './problem.ts';
import type { Reply, Route } from './route.ts';
import { validator } from './validate.ts';
import type { Validator } from './validate.ts';

const defaultBodyLimit = 64 * 1024;

/** Puts routes on the router: who may call, what is sent, then the handler, then its answer. */
export function mountRoutes(router: Router, kernel: Kernel, routes: readonly Route[]): void {
  for (const route of routes.toSorted(byWildness)) {
    if (route.path.startsWith('/internal/') !== isForCallers(route.access)) {
      throw new Error(`${route.path}: routes below /internal/ are for callers, and others are not`);
    }
    refuseUncheckedParams(route);
    router.register(route.path, [route.method], handler(kernel, route));
  }
}

/**
 * The router takes the first route that matches: those with a fixed part stand before those with a parameter in its place, in whichever order they
 * were declared. `/api/orders/dead-letters` would be the order `dead-letters` otherwise.
 */
function byWildness(one: Route, other: Route): number {
  const [first, second] = [wildness(one.path), wildness(other.path)];
  return first < second ? -1 : Number(first > second);
}

/** A digit for each part of a path: 0 for a fixed one, 1 for a parameter. */
function wildness(path: string): string {
  return path.replaceAll(/[^/]+/g, (part) => (/^[:*]/.test(part) ? '1' : '0'));
}

function isForCallers(access: Access): access is { callers: readonly string[] } {
  return typeof access === 'object' && 'callers' in access;
}

function handler(kernel: Kernel, route: Route): (ctx: Context) => Promise<void> {
  const checkParams = route.params === undefined ? undefined : validator(route.params, 'params');
  const checkQuery = route.query === undefined ? refuseQuery : validator(route.query, 'query');
  const checkHeaders = route.requestHeaders === undefined ? undefined : headersValidator(route.requestHeaders);
  const checkBody = route.body === undefined ? undefined : validator(route.body, 'body');
  const { access } = route;
  return async (ctx) => {
    ctx.state['route'] = route.path;
    const caller = isForCallers(access) ? callerOf(ctx.headers, kernel.config.appToken, access.callers) : undefined;
    const principal = caller === undefined ? await principalOf(kernel, ctx) : null;
    authorize(access, principal);
    const params = (ctx as unknown as { params: Record<string, string> }).params;
    checkParams?.(params);
    const query: Record<string, unknown> = { ...ctx.query };
    checkQuery(query);
    checkHeaders?.(ctx.headers);
    const body = await bodyOf(ctx, route, checkBody);
    const reply = await route.handle({
      params,
      query,
      body,
      principal,
      caller,
      headers: ctx.headers,
      stream: ctx.req,
      log: kernel.log,
      ctx,
    });
    if (ctx.respond === false) return; // the handler has written the answer itself
    // What was made for one user is not for a cache between.
    if (principal !== null) ctx.res.setHeader('cache-control', 'no-store');
    send(ctx, reply);
  };
}

async function principalOf(kernel: Kernel, ctx: Context): Promise<Principal | null> {
  const header = ctx.headers.authorization;
  if (header === undefined) return null;
  // An API key may come under either name: many clients know no other than Bearer.
  const [, key] = /^(?:Bearer|Api-Key) +(cwk_[\w-]{1,200})$/i.exec(header) ?? [];
  if (key !== undefined) return kernel.checkKey(key);
  const [, token] = /^Bearer +([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(header) ?? [];
  if (token === undefined) throw unauthorized('The Authorization header is neither a bearer token nor an API key');
  return kernel.checkToken(token);
}

async function bodyOf(ctx: Context, route: Route, check: Validator | undefined): Promise<unknown> {
  if (route.streamBody === true) return undefined;
  const limit = route.bodyLimit ?? defaultBodyLimit;
  if (route.rawBody === true) return readBody(ctx.req, limit);
  if (check === undefined) return undefined;
  const body = await readJson(ctx.req, limit);
  if (body === undefined) {
    if (route.optionalBody === true) return undefined;
    throw badRequest('A JSON body is required', [{ field: '/', rule: 'required', message: 'is required' }]);
  }
  check(body);
  return body;
}

/** Checks the headers that the schema names, and no others: what else comes along is none of the route's business. */
function headersValidator(schema: TSchema): (headers: IncomingHttpHeaders) => void {
  const check = validator(schema, 'headers');
  const names = propertiesOf(schema);
  return (headers) => {
    check(Object.fromEntries(names.filter((name) => headers[name] !== undefined).map((name) => [name, headers[name]])));
  };
}

function propertiesOf(schema: TSchema | undefined): string[] {
  const { properties = {} } = (schema ?? {}) as { properties?: Record<string, unknown> };
  return Object.keys(properties);
}

/** A parameter without a schema would reach the handler unchecked. */
function refuseUncheckedParams({ path, params }: Route): void {
  const checked = propertiesOf(params);
  const unchecked = [...path.matchAll(/[:*](\w+)/g)].map(([, name]) => name ?? '').filter((name) => !checked.includes(name));
  if (unchecked.length > 0) throw new Error(`${path}: params has no schema for ${unchecked.join(', ')}`);
}

/** A query on a route that takes none is a mistake that would else go unnoticed. */
function refuseQuery(query: unknown): void {
  const names = Object.keys(query as Record<string, unknown>);
  if (names.length === 0) return;
  const errors = names.slice(0, 20).map((field) => ({ field, rule: 'unknown', message: 'is not known' }));
  throw badRequest(`Unknown query: ${names.slice(0, 20).join(', ')}`, errors);
}

function send(ctx: Context, { status, body, stream, headers }: Reply): void {
  ctx.status = status ?? (body === undefined && stream === undefined ? 204 : 200);
  for (const [name, value] of Object.entries(headers ?? {})) ctx.set(name, value);
  if (ctx.method === 'GET' && hasAlready(ctx.headers['if-none-match'], headers?.['etag'])) {
    stream?.destroy();
    ctx.body = null;
    ctx.status = 304;
    return;
  }
  if (stream !== undefined) ctx.body = stream;
  else if (body === undefined) {
    const given = ctx.status;
    ctx.body = null;
    ctx.status = given; // Koa makes 204 of what has no body, and a 202 means something else
  } else if (typeof body === 'string' || Buffer.isBuffer(body)) ctx.body = body;
  else {
    ctx.type = 'application/json';
    ctx.body = JSON.stringify(body);
  }
}
