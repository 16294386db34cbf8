import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Sidecar } from '@cartwright/kernel/dapr/sidecar';
import { SidecarUnavailable } from '@cartwright/kernel/dapr/errors';
import { regions } from '@cartwright/kernel/places';
import { kernelForTests, listen } from '@cartwright/kernel/test/kernel-for-tests';
import { expect } from 'chai';
import { storefrontApp } from '../../app.ts';
import { requestHeaders, responseHeaders } from '../../gateway/headers.ts';
import { targetOf } from '../../gateway/targets.ts';

describe('The gateway’s paths', () => {
  it('lead to the service that answers them', () => {
    expect(targetOf('/api/carts/1')).to.deep.equal({ app: 'orders', route: '/api/carts/*' });
    expect(targetOf('/api/catalog/search')).to.include({ app: 'catalog' });
    expect(targetOf('/api/auth/.well-known/jwks.json')).to.include({ app: 'auth' });
    expect(targetOf('/api/carts/1/items/A%20B')).to.include({ app: 'orders' });
  });

  it('lead nowhere for what is not public', () => {
    for (const path of [
      '/internal/orders/1/contact',
      '/actors/Cart/1/method/view',
      '/events/orders',
      '/dapr/config',
      '/job/x',
      '/metrics',
      '/api/constructor',
      '/api/ORDERS',
      '/',
    ]) {
      expect(targetOf(path), path).to.equal(undefined);
    }
  });

  it('are refused when somebody could read them in another way', () => {
    const tricks = [
      '/api/orders/../internal/x',
      '/api/orders/%2e%2e/internal',
      '/api/orders/%2E%2E/x',
      '/api//orders',
      '//api/orders',
      '/api/orders/a%2fb',
      '/api/orders/a%5cb',
      '/api/orders/a\\b',
      '/api/orders/%00',
      '/api/./orders',
      '/api/orders/%zz',
    ];
    for (const path of tricks) expect(targetOf(path), path).to.equal('refused');
  });
});

describe('The gateway’s headers', () => {
  it('keep out what services believe only from each other', () => {
    const given = {
      'dapr-caller-app-id': 'notifications',
      'dapr-api-token': 't',
      'x-forwarded-for': '9.9.9.9',
      'x-request-id': 'r',
      authorization: 'Bearer x',
      cookie: 'a=1; order-key=abc.def; b=2',
    };
    expect(requestHeaders(given, '1.2.3.4')).to.deep.equal({
      authorization: 'Bearer x',
      cookie: 'order-key=abc.def',
      'x-forwarded-for': '1.2.3.4',
    });
    expect(requestHeaders({ cookie: 'other=1' }, '1.2.3.4')).to.deep.equal({ 'x-forwarded-for': '1.2.3.4' });
  });

  it('let out what a client needs, and nothing of the inside', () => {
    expect(responseHeaders({ location: '/x', 'set-cookie': ['a=1'], traceparent: 't', server: 's' })).to.deep.equal({
      location: '/x',
      'set-cookie': ['a=1'],
    });
  });
});

/** By which an answer is known to be a service’s own. */
const byService = { 'x-request-id': '1' };

describe('The gateway', () => {
  let answer: { status: number; headers: Record<string, string>; body: string | Readable } | Error;
  /** Runs when the request is there and before it is answered. */
  let beforeAnswer: (request: Readable | null) => Promise<void>;
  let forwarded: { app: string; method: string; path: string; headers: Record<string, string>; body: string }[];
  const dapr = {
    forward: async (
      app: string,
      { method, path, headers, body }: { method: string; path: string; headers: Record<string, string>; body: Readable | null },
    ) => {
      forwarded.push({ app, method, path, headers, body: body === null ? '' : await text(body) });
      await beforeAnswer(body);
      if (answer instanceof Error) throw answer;
      const { status, headers: answered, body: answeredBody } = answer;
      return { status, headers: answered, body: typeof answeredBody === 'string' ? Readable.from([answeredBody]) : answeredBody };
    },
    invoke: (app: string) =>
      app === 'payments'
        ? Promise.reject(new SidecarUnavailable('away'))
        : Promise.resolve({
            paths: { [`/api/${app}`]: { get: { summary: 'x', responses: {} } } },
            components: { schemas: {}, securitySchemes: {} },
          }),
  } as unknown as Sidecar;
  let server: Awaited<ReturnType<typeof listen>>;
  const start = async (requestsPerMinute: number): Promise<void> => {
    const kernel = kernelForTests({ dapr });
    server = await listen(kernel, storefrontApp(kernel, { requestsPerMinute }));
  };

  beforeEach(async () => {
    answer = { status: 200, headers: { ...byService, 'content-type': 'application/json' }, body: '{"ok":true}' };
    beforeAnswer = () => Promise.resolve();
    forwarded = [];
    await start(1000);
  });
  afterEach(() => server.close());

  it('hands a request on with its body, and the answer back', async () => {
    answer = {
      status: 202,
      headers: { ...byService, 'content-type': 'application/json', location: '/api/orders/1', 'retry-after': '1' },
      body: '{"id":1}',
    };
    const response = await fetch(`${server.url}/api/orders?x=1`, {
      method: 'POST',
      body: '{"a":1}',
      headers: { 'content-type': 'application/json', 'dapr-caller-app-id': 'me' },
    });
    expect([response.status, await response.json(), response.headers.get('location')]).to.deep.equal([202, { id: 1 }, '/api/orders/1']);
    expect(forwarded[0]).to.include({ app: 'orders', method: 'POST', path: '/api/orders?x=1', body: '{"a":1}' });
    expect(forwarded[0]?.headers).not.to.have.property('dapr-caller-app-id');
    expect(response.headers.get('content-security-policy')).to.include("default-src 'self'");
  });

  it('passes a service’s own problem through', async () => {
    answer = { status: 500, headers: { ...byService, 'content-type': 'application/problem+json' }, body: '{"code":"internal"}' };
    const response = await fetch(`${server.url}/api/orders`);
    expect([response.status, await response.json()]).to.deep.equal([500, { code: 'internal' }]);
  });

  it('goes on when a client leaves before its answer is there, and reads it to the end: breaking it off can kill the sidecar', async () => {
    const leaving = new AbortController();
    const unread = Readable.from(['{"a":', 'x'.repeat(100_000), '}']);
    const ended = once(unread, 'end');
    beforeAnswer = async (request) => {
      const { socket } = request as IncomingMessage;
      const left = once(socket, 'close');
      leaving.abort();
      await left;
    };
    answer = { status: 200, headers: { ...byService, 'content-type': 'application/json' }, body: unread };
    const asked = fetch(`${server.url}/api/orders`, { method: 'POST', body: '{}', signal: leaving.signal });
    expect(await asked.catch((error: unknown) => (error as Error).name)).to.equal('AbortError');
    await ended;
    beforeAnswer = () => Promise.resolve();
    answer = { status: 200, headers: { ...byService, 'content-type': 'application/json' }, body: '{}' };
    expect((await fetch(`${server.url}/api/orders/1`)).status).to.equal(200);
  });

  it('breaks off a stream of events that nobody listens to any more', async () => {
    const leaving = new AbortController();
    const events = new Readable({ read: () => undefined });
    events.push('data: {}\n\n');
    answer = { status: 200, headers: { ...byService, 'content-type': 'text/event-stream' }, body: events };
    const response = await fetch(`${server.url}/api/orders/1/stream`, { signal: leaving.signal });
    await response.body?.getReader().read();
    const closed = new Promise<void>((done) => {
      events.once('close', done);
    });
    leaving.abort();
    await closed;
    expect(events.destroyed).to.equal(true);
  });

  it('says 503 and when to come again while a service is away', async () => {
    for (const away of [
      new SidecarUnavailable('no'),
      { status: 500, headers: { 'content-type': 'application/json' }, body: '{"errorCode":"ERR_DIRECT_INVOKE"}' },
      // What Dapr 1.18.2 makes of a service that is killed while it works: no order was placed.
      { status: 200, headers: {}, body: '' },
    ]) {
      answer = away;
      const response = await fetch(`${server.url}/api/orders`);
      expect([response.status, response.headers.get('retry-after')]).to.deep.equal([503, '1']);
      expect(await response.text()).not.to.include('ERR_DIRECT');
    }
  });

  it('forwards nothing that is not public, nor what could be read in two ways', async () => {
    for (const path of ['/internal/orders/1/contact', '/actors/Cart/1/method/view', '/api/orders/%2e%2e/internal', '/api/nothing']) {
      expect((await fetch(server.url + path)).status, path).to.be.within(400, 404);
    }
    expect(forwarded).to.deep.equal([]);
  });

  it('refuses a body that nobody would take, before it is sent', async () => {
    const { request } = await import('node:http');
    const status = await new Promise<number | undefined>((done, fail) => {
      const sent = request(
        `${server.url}/api/catalog/import`,
        { method: 'POST', headers: { 'content-length': '99999999999' } },
        (response) => {
          done(response.statusCode);
          sent.destroy();
        },
      );
      sent.on('error', fail);
      sent.flushHeaders();
    });
    expect(status).to.equal(413);
  });

  it('refuses a compressed body by its header, which is not handed on; a request without a body may name what it likes', async () => {
    for (const encoding of ['gzip', 'br', 'gzip, identity']) {
      const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
      const response = await fetch(`${server.url}/api/orders`, { method: 'POST', body: '{}', headers });
      expect(response.headers.get('content-type'), encoding).to.include('application/problem+json');
      expect(await response.json(), encoding)
        .to.include({ status: 415, code: 'unsupported_media_type' })
        .and.to.have.nested.property('errors.0.field', 'content-encoding');
    }
    expect(forwarded).to.deep.equal([]);
    const plain = { method: 'POST', body: '{}', headers: { 'content-encoding': 'Identity' } };
    expect((await fetch(`${server.url}/api/orders`, plain)).status).to.equal(200);
    expect((await fetch(`${server.url}/api/orders`, { headers: { 'content-encoding': 'gzip' } })).status).to.equal(200);
  });

  it('slows down who asks too often', async () => {
    await server.close();
    await start(2);
    const statuses = [];
    for (let number = 0; number < 3; number++) statuses.push((await fetch(`${server.url}/api/orders`)).status);
    expect(statuses).to.deep.equal([200, 200, 429]);
  });

  it('documents all services together, and names those that are away', async () => {
    const document = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as { info: { description?: string }; paths: object };
    expect(Object.keys(document.paths)).to.include.members(['/api/auth', '/api/orders']);
    expect(document.info.description).to.include('payments');
    expect(await (await fetch(`${server.url}/api/docs`)).text()).to.include('/api/catalog');
  });

  it('serves the shop, also at the addresses of its pages, and no file outside of it', async () => {
    for (const path of [
      '/',
      '/cart',
      '/products/walnut-lamp',
      '/staff',
      '/staff/orders/1',
      '/staff/stock',
      '/account/security',
      '/account/details',
      '/account/addresses',
    ])
      expect(await (await fetch(server.url + path)).text()).to.include('<title>');
    expect((await fetch(`${server.url}/app.js`)).headers.get('content-type')).to.include('javascript');
    expect(await (await fetch(`${server.url}/vendor/simplewebauthn/index.js`)).text()).to.include('startRegistration');
    const places = (await (await fetch(`${server.url}/places.json`)).json()) as { countries: string[]; regions: Record<string, object> };
    expect([places.countries.includes('DE'), places.regions['US']]).to.deep.include.members([true, regions['US']]);
    for (const path of ['/package.json', '/vendor/simplewebauthn/../package.json', '/vendor/simplewebauthn/'])
      expect((await fetch(server.url + path)).status, path).to.equal(404);
    expect((await fetch(`${server.url}/nothing.js`)).status).to.equal(404);
    expect((await fetch(`${server.url}/`, { method: 'DELETE' })).status).to.equal(404);
  });

  it('shows who opens an address that is none in a browser the shop, and tells programs by a problem', async () => {
    const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
    const open = (path: string, headers?: Record<string, string>) => fetch(server.url + path, headers === undefined ? {} : { headers });
    for (const path of ['/nothing', '/staff/nothing', '/products', '/package.json']) {
      const shown = await open(path, browser);
      expect([shown.status, shown.headers.get('content-type')], path).to.deep.equal([404, 'text/html; charset=utf-8']);
      expect(await shown.text()).to.include('<title>');
      for (const headers of [undefined, { accept: 'application/json' }])
        expect((await open(path, headers)).headers.get('content-type'), path).to.include('application/problem+json');
    }
    const called = await open('/api/nothing', browser);
    expect([called.status, called.headers.get('content-type')]).to.deep.equal([404, 'application/problem+json; charset=utf-8']);
  });

  it('has what browsers and search engines ask for by themselves', async () => {
    const robots = await fetch(`${server.url}/robots.txt`);
    expect([robots.status, await robots.text()]).to.satisfy(
      ([status, text]: [number, string]) => status === 200 && text.includes('Disallow: /api/'),
    );
    const icon = await fetch(`${server.url}/favicon.ico`);
    expect(icon.headers.get('content-type')).to.equal('image/vnd.microsoft.icon');
  });
});
