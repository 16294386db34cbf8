import { expect } from 'chai';
import { Type } from 'typebox';
import { actorCallerHeader, actorCallerToken } from '../../dapr/actor-caller.ts';
import { SidecarUnavailable } from '../../dapr/errors.ts';
import { IdempotencyHeaders } from '../../http/idempotency.ts';
import { Problem } from '../../http/problem.ts';
import { route } from '../../http/route.ts';
import type { Principal } from '../../http/access.ts';
import { unauthorized } from '../../http/problem.ts';
import { appToken, kernelForTests, listen } from '../kernel-for-tests.ts';
import type { Listening } from '../kernel-for-tests.ts';

const Item = Type.Object({ sku: Type.String({ minLength: 1 }), quantity: Type.Integer({ minimum: 1 }) }, { additionalProperties: false });
const stored: unknown[] = [];

const routes = [
  route({
    method: 'POST',
    path: '/api/items/:id',
    summary: 'Store an item',
    access: 'anyone',
    params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
    query: Type.Object({ count: Type.Optional(Type.Integer()) }, { additionalProperties: false }),
    requestHeaders: IdempotencyHeaders,
    body: Item,
    responses: { 201: Item },
    handle: ({ body, query }) => {
      stored.push(body);
      return { status: 201, body: { ...body, ...query }, headers: { location: '/somewhere' } };
    },
  }),
  route({
    method: 'GET',
    path: '/api/mine',
    summary: 'Who I am',
    access: 'signed-in',
    responses: { 200: Type.Object({ userId: Type.String() }) },
    handle: ({ principal }) => ({ body: { userId: principal.userId } }),
  }),
  route({
    method: 'GET',
    path: '/api/staff',
    summary: 'For staff',
    access: { permission: 'stock.write' },
    responses: { 204: null },
    handle: () => ({}),
  }),
  route({
    method: 'GET',
    path: '/internal/contact',
    summary: 'For notifications',
    access: { callers: ['notifications'] },
    responses: { 200: Type.Object({ caller: Type.String() }) },
    handle: ({ caller }) => ({ body: { caller } }),
  }),
  route({
    method: 'GET',
    path: '/api/fails/:how',
    summary: 'Fails',
    access: 'anyone',
    params: Type.Object({ how: Type.String() }),
    responses: { 204: null },
    handle: ({ params }) => {
      if (params.how === 'problem') throw new Problem({ status: 409, code: 'sold_out', title: 'Sold out', extra: { left: 0 } });
      if (params.how === 'sidecar') throw new SidecarUnavailable('secret detail');
      if (params.how === 'postgres') throw Object.assign(new Error('terminated'), { code: '57P01' });
      throw new Error('secret detail');
    },
  }),
  route({
    method: 'GET',
    path: '/api/fails/never',
    summary: 'Declared after a route with a parameter in its place',
    access: 'anyone',
    responses: { 204: null },
    handle: () => ({}),
  }),
  route({
    method: 'POST',
    path: '/api/later',
    summary: 'Will be done',
    access: 'anyone',
    responses: { 202: null },
    handle: () => ({ status: 202 }),
  }),
];

const checkToken = (token: string): Promise<Principal> => {
  if (token === 'a.customer.x') return Promise.resolve({ userId: 'u1', roles: ['customer'], sessionId: 's' });
  if (token === 'a.staff.x') return Promise.resolve({ userId: 'u2', roles: ['staff'], sessionId: 's' });
  return Promise.reject(unauthorized('The access token is not valid'));
};

describe('The HTTP application', () => {
  const lines: Record<string, unknown>[] = [];
  const kernel = kernelForTests({ checkToken, log: (line) => lines.push(line) });
  let listening: Listening;
  const id = '0190a0a0-0000-7000-8000-000000000001';

  before(async () => {
    listening = await listen(kernel, {
      routes,
      actorTypes: ['Cart'],
      subscriptions: [{ topic: 'orders', receive: () => Promise.resolve({ statuses: [{ entryId: '1', status: 'SUCCESS' }] }) }],
    });
  });
  after(() => listening.close());

  async function call(path: string, init: RequestInit = {}): Promise<{ status: number; headers: Headers; body: Record<string, unknown> }> {
    const response = await fetch(listening.url + path, init);
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : { text },
    };
  }

  function post(body: unknown, path = `/api/items/${id}`): ReturnType<typeof call> {
    return call(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  it('hands what was checked to the handler and sends its answer', async () => {
    const { status, headers, body } = await post({ sku: 'A', quantity: 2 }, `/api/items/${id}?count=3`);
    expect(status).to.equal(201);
    expect(headers.get('location')).to.equal('/somewhere');
    expect(body).to.deep.equal({ sku: 'A', quantity: 2, count: 3 });
  });

  const refused: [string, unknown, number, string, string][] = [
    ['a missing field', { sku: 'A' }, 400, '/quantity', 'required'],
    ['an unknown field', { sku: 'A', quantity: 1, colour: 'red' }, 400, '/colour', 'unknown'],
    ['a wrong type, without turning text into a number', { sku: 'A', quantity: '1' }, 400, '/quantity', 'type'],
    ['a broken rule', { sku: 'A', quantity: 0 }, 400, '/quantity', 'minimum'],
    ['a text with NUL, which no database can hold', { sku: 'A\0', quantity: 1 }, 400, '/sku', 'text'],
    ['half of a surrogate pair', '{"sku":"\\ud800","quantity":1}', 400, '/sku', 'text'],
    ['the key __proto__', '{"sku":"A","quantity":1,"__proto__":{"x":1}}', 400, '/__proto__', 'unknown'],
    ['what is no JSON', '{"sku":', 400, '/', 'json'],
    ['no body', '', 400, '/', 'required'],
    ['a list instead of an object', [], 400, '/', 'type'],
    ['a body that is too large', { sku: 'A'.repeat(70_000), quantity: 1 }, 413, '/', 'maxBytes'],
  ];
  for (const [what, body, status, field, rule] of refused) {
    it(`refuses ${what}, names the field, and stores nothing`, async () => {
      const before = stored.length;
      const answer = await post(body);
      expect(answer.status).to.equal(status);
      expect(answer.headers.get('content-type')).to.match(/^application\/problem\+json/);
      expect((answer.body['errors'] as { field: string; rule: string }[])[0]).to.include({ field, rule });
      expect(stored).to.have.length(before);
    });
  }

  it('names a parameter of the path or the query', async () => {
    expect((await post({ sku: 'A', quantity: 1 }, '/api/items/7')).body['errors']).to.deep.include.members([
      { field: 'id', rule: 'format', message: 'must match format "uuid"' },
    ]);
    const { body } = await post({ sku: 'A', quantity: 1 }, `/api/items/${id}?count=many&page=2`);
    expect((body['errors'] as { field: string }[]).map(({ field }) => field)).to.have.members(['count', 'page']);
  });

  it('refuses a query on a route that takes none', async () => {
    const { status, body } = await call('/api/fails/problem?x=1');
    expect([status, (body['errors'] as { field: string }[])[0]?.field]).to.deep.equal([400, 'x']);
  });

  it('refuses another media type', async () => {
    const { status, body } = await call(`/api/items/${id}`, {
      method: 'POST',
      body: 'sku=A',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect([status, (body['errors'] as { field: string }[])[0]?.field]).to.deep.equal([415, 'content-type']);
  });

  it('takes a body in no chunks, as a sidecar passes on none, for no body: its media type is not asked for', async () => {
    const { status, body } = await call(`/api/items/${id}`, {
      method: 'POST',
      body: new ReadableStream({
        start: (stream) => {
          stream.close();
        },
      }),
      duplex: 'half',
    });
    expect([status, (body['errors'] as { rule: string }[])[0]?.rule]).to.deep.equal([400, 'required']);
  });

  it('refuses bytes that are no UTF-8, another charset, and what is compressed', async () => {
    const send = (body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): ReturnType<typeof call> =>
      call(`/api/items/${id}`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
    const fine = new TextEncoder().encode('{"sku":"A","quantity":1}');
    const broken = fine.slice();
    broken[8] = 0xff;
    expect((await send(broken)).status).to.equal(400);
    expect((await send(fine, { 'content-type': 'application/json; charset=latin1' })).status).to.equal(415);
    expect((await send(fine, { 'content-type': 'application/json; charset=UTF-8' })).status).to.equal(201);
    const { status, body } = await send(fine, { 'content-encoding': 'gzip' });
    expect([status, (body['errors'] as { field: string }[])[0]?.field]).to.deep.equal([415, 'content-encoding']);
  });

  it('checks the headers that a route names', async () => {
    const { status, body } = await call(`/api/items/${id}`, {
      method: 'POST',
      body: '{"sku":"A","quantity":1}',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'two words' },
    });
    expect([status, (body['errors'] as { field: string }[])[0]?.field]).to.deep.equal([400, 'idempotency-key']);
  });

  it('lets no cache keep what was made for one user, and no browser guess a type', async () => {
    const { headers } = await call('/api/mine', { headers: { authorization: 'Bearer a.customer.x' } });
    expect([headers.get('cache-control'), headers.get('x-content-type-options')]).to.deep.equal(['no-store', 'nosniff']);
  });

  it('takes a fixed path before a parameter, in whichever order routes are declared', async () => {
    expect((await call('/api/fails/never')).status).to.equal(204);
  });

  it('keeps the status of an answer that has no body', async () => {
    const answer = await call('/api/later', { method: 'POST' });
    expect(answer.status).to.equal(202);
  });

  it('answers 404 for an unknown route and 405 with what is allowed for a wrong method', async () => {
    expect((await call('/api/nothing')).status).to.equal(404);
    const { status, headers } = await call('/api/mine', { method: 'DELETE' });
    expect(status).to.equal(405);
    expect(headers.get('allow')).to.include('GET');
  });

  it('answers 400 for an address that cannot be decoded', async () => {
    expect((await call('/api/fails/%E0%A4%A')).status).to.equal(400);
  });

  it('lets nobody without a token into routes for users, and nobody without the role into those for staff', async () => {
    const as = (token: string): RequestInit => ({ headers: { authorization: `Bearer ${token}` } });
    expect((await call('/api/mine')).status).to.equal(401);
    expect((await call('/api/mine', as('not.a.token'))).status).to.equal(401);
    expect((await call('/api/mine', { headers: { authorization: 'Basic x' } })).status).to.equal(401);
    expect((await call('/api/mine', as('a.customer.x'))).body).to.deep.equal({ userId: 'u1' });
    expect((await call('/api/staff')).status).to.equal(401);
    expect((await call('/api/staff', as('a.customer.x'))).status).to.equal(403);
    expect((await call('/api/staff', as('a.staff.x'))).status).to.equal(204);
  });

  it('refuses a bad token where none is needed, so that nobody takes themselves for signed in', async () => {
    expect((await call('/api/fails/problem', { headers: { authorization: 'Bearer bad.bad.bad' } })).status).to.equal(401);
  });

  it('opens internal routes to the named callers that come through the sidecar, and hides them from others', async () => {
    const by = (headers: Record<string, string>): ReturnType<typeof call> => call('/internal/contact', { headers });
    expect((await by({ 'dapr-api-token': appToken, 'dapr-caller-app-id': 'notifications' })).body).to.deep.equal({
      caller: 'notifications',
    });
    expect((await by({ 'dapr-api-token': appToken, 'dapr-caller-app-id': 'catalog' })).status).to.equal(404);
    expect((await by({ 'dapr-caller-app-id': 'notifications' })).status).to.equal(404);
    expect((await by({ 'dapr-api-token': 'guess', 'dapr-caller-app-id': 'notifications' })).status).to.equal(404);
    expect((await by({ 'dapr-api-token': appToken })).status).to.equal(404);
  });

  it('accepts callbacks from its own sidecar only, not from another service that invokes them', async () => {
    const events = (headers: Record<string, string>): ReturnType<typeof call> =>
      call('/events/orders', { method: 'POST', body: '{}', headers });
    expect((await events({ 'dapr-api-token': appToken })).body).to.deep.equal({ statuses: [{ entryId: '1', status: 'SUCCESS' }] });
    expect((await events({})).status).to.equal(403);
    expect((await events({ 'dapr-api-token': 'guess' })).status).to.equal(403);
    expect((await events({ 'dapr-api-token': appToken, 'dapr-caller-app-id': 'catalog' })).status).to.equal(403);
    expect((await events({ 'dapr-api-token': appToken, 'dapr-caller-app-id': 'catalog, test' })).status).to.equal(403);
    expect((await events({ 'dapr-api-token': appToken, 'dapr-caller-app-id': 'test', 'dapr-callee-app-id': 'test' })).status).to.equal(403);
    expect((await events({ 'dapr-api-token': appToken, 'dapr-callee-app-id': 'test' })).status).to.equal(403);
    expect((await call('/dapr/config')).status).to.equal(403);
    expect((await call('/dapr/config', { headers: { 'dapr-api-token': appToken } })).body['entities']).to.deep.equal(['Cart']);
    expect((await call('/actors/Cart/1/method/add', { method: 'PUT' })).status).to.equal(403);
    // An actor's method takes the token of its callers as well; what Dapr itself starts does not have it.
    const turn = (path: string, headers: Record<string, string> = {}): ReturnType<typeof call> =>
      call(`/actors/Cart/1/${path}`, { method: 'PUT', headers: { 'dapr-api-token': appToken, ...headers } });
    const shown = { [actorCallerHeader]: actorCallerToken(appToken) };
    for (const path of ['method/add', 'method/remind', 'method/remind%2Fidle', 'method/Remind']) {
      expect((await turn(path)).status, path).to.equal(403);
      expect((await turn(path, { [actorCallerHeader]: actorCallerToken('another') })).status, path).to.equal(403);
      expect((await turn(path, shown)).status, path).to.equal(404); // this service hosts none
    }
    expect((await turn('method/remind/idle')).status).to.equal(404);
    expect((await call('/actors/Cart/1/method/add', { method: 'PUT', headers: shown })).status).to.equal(403);
    // An actor's turn carries the service's own id as caller.
    expect((await events({ 'dapr-api-token': appToken, 'dapr-caller-app-id': 'test' })).status).to.equal(200);
    // Letters of another case find no way around the guard.
    expect((await call('/Events/orders', { method: 'POST', body: '{}' })).status).to.equal(403);
    expect((await call('/API/MINE')).status).to.equal(404);
  });

  it('sends a problem with its code and what it adds', async () => {
    const { status, body } = await call('/api/fails/problem');
    expect(status).to.equal(409);
    expect(body).to.include({ code: 'sold_out', left: 0, status: 409 });
  });

  it('tells nothing of what failed inside, and logs it under the id that it answers', async () => {
    const { status, body, headers } = await call('/api/fails/otherwise', { headers: { 'x-request-id': 'from-the-client' } });
    expect(status).to.equal(500);
    expect(JSON.stringify(body)).not.to.include('secret detail');
    expect(headers.get('x-request-id')).to.equal('from-the-client');
    expect(body['instance']).to.equal('urn:request:from-the-client');
    expect(lines.some((line) => line['level'] === 'error' && JSON.stringify(line).includes('secret detail'))).to.equal(true);
  });

  it('says 503 and when to come again while the sidecar or the database is away', async () => {
    for (const how of ['sidecar', 'postgres']) {
      const { status, headers } = await call(`/api/fails/${how}`);
      expect([status, headers.get('retry-after')]).to.deep.equal([503, '1']);
    }
  });

  it('takes no request id that would break a log line', async () => {
    const { headers } = await call('/healthz', { headers: { 'x-request-id': 'a b"c' } });
    expect(headers.get('x-request-id')).to.match(/^[0-9a-f-]{36}$/);
  });

  it('is live always, and ready only while all it needs is there and it is not ending', async () => {
    expect((await call('/health/ready')).body).to.deep.equal({ status: 'ok', checks: {} });
    let broken = true;
    kernel.onReady('postgres', () => (broken ? Promise.reject(new Error('away')) : Promise.resolve()));
    const { status, body } = await call('/health/ready');
    expect([status, body]).to.deep.equal([503, { status: 'failed', checks: { postgres: 'failed' } }]);
    expect((await call('/health/live')).status).to.equal(200);
    broken = false;
    expect((await call('/health/ready')).status).to.equal(200);
    const ending = kernelForTests();
    const other = await listen(ending, { routes: [] });
    ending.drain();
    const answer = await fetch(`${other.url}/health/ready`);
    expect([answer.status, ((await answer.json()) as { status: string }).status]).to.deep.equal([503, 'draining']);
    expect(answer.headers.get('connection')).to.equal('close');
    await other.close();
  });

  it('counts requests by the template of their route, so that ids make no new series', async () => {
    await post({ sku: 'A', quantity: 1 });
    await call('/some/unknown/path');
    const { body } = await call('/metrics');
    expect(body['text']).to.include(
      'http_request_duration_seconds_count{service="test",method="POST",route="/api/items/:id",status="201"}',
    );
    expect(body['text']).to.include('route="unrouted"').and.not.include(id);
  });

  it('shows its metrics to nobody for whom an ingress asks', async () => {
    expect((await call('/metrics', { headers: { 'x-forwarded-for': '192.0.2.7' } })).status).to.equal(404);
    expect((await call('/metrics')).status).to.equal(200);
  });

  it('documents its public routes in OpenAPI 3.1 and on a page, and no internal ones', async () => {
    const { body } = await call('/api/openapi.json');
    const paths = body['paths'] as Record<string, Record<string, { requestBody: { content: Record<string, { schema: unknown }> } }>>;
    expect(body['openapi']).to.equal('3.1.0');
    expect(paths['/api/items/{id}']?.['post']?.requestBody.content['application/json']?.schema).to.deep.include({
      additionalProperties: false,
    });
    expect(Object.keys(paths)).not.to.include('/internal/contact');
    expect((await call('/api/docs')).body['text']).to.include('/api/items/{id}');
  });

  it('refuses to start with an internal route that is open, or a public one for callers, or a parameter that nothing checks', async () => {
    const open = route({ method: 'GET', path: '/internal/x', summary: '', access: 'anyone', responses: {}, handle: () => ({}) });
    const closed = route({ method: 'GET', path: '/api/x', summary: '', access: { callers: ['a'] }, responses: {}, handle: () => ({}) });
    const unchecked = route({ method: 'GET', path: '/api/:id', summary: '', access: 'anyone', responses: {}, handle: () => ({}) });
    for (const wrong of [open, closed, unchecked]) {
      const error = await listen(kernelForTests(), { routes: [wrong] }).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(Error);
    }
  });
});
