import { expect } from 'chai';
import { v7 } from 'uuid';
import { RemoteProblem, SidecarError, SidecarUnavailable, isTransient } from '../../dapr/errors.ts';
import { connectSidecar } from '../../dapr/sidecar.ts';
import type { Sidecar } from '../../dapr/sidecar.ts';
import { daprPortOf, sidecarOf, stackService } from './stack.ts';

async function thrown(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('The sidecar client', () => {
  let orders: Sidecar;
  let auth: Sidecar;
  before(async () => {
    orders = sidecarOf('orders');
    auth = sidecarOf('auth');
    await orders.waitUntilReady(10_000);
  });
  after(() => Promise.all([orders.close(), auth.close()]));

  describe('invoking another service', () => {
    it('answers its JSON', async () => {
      const { keys } = await orders.invoke<{ keys: unknown[] }>('auth', { method: 'GET', path: '/api/auth/.well-known/jwks.json' });
      expect(keys).not.to.be.empty;
    });

    it('throws the problem that it answered, by its code', async () => {
      const error = await thrown(orders.invoke('auth', { method: 'POST', path: '/api/auth/login', body: { colour: 'red' } }));
      expect(error).to.be.instanceOf(RemoteProblem).and.include({ status: 400, code: 'invalid_request' });
      expect(isTransient(error)).to.equal(false);
    });

    it('says that trying again may help where there is nobody', async () => {
      expect(isTransient(await thrown(orders.invoke('nobody', { method: 'GET', path: '/' })))).to.equal(true);
    });

    it('gives up where no sidecar is, and puts no query into the message', async () => {
      const { daprToken } = stackService('orders');
      const nowhere = connectSidecar({ daprHttpPort: 9, daprToken });
      const error = await thrown(nowhere.invoke('auth', { method: 'GET', path: '/api/auth/me?token=SECRET', timeoutMs: 500 }));
      expect(error).to.be.instanceOf(SidecarUnavailable);
      expect((error as Error).message).not.to.include('SECRET');
      expect(isTransient(error)).to.equal(true);
      await nowhere.close();
    });

    it('reaches neither actors nor events nor the configuration of another, whatever it claims to be', async () => {
      const forged = { 'dapr-caller-app-id': 'orders', 'dapr-callee-app-id': '' };
      for (const path of ['/actors/Cart/1/method/get', '/events/orders', '/dapr/config', '/job/x', '/api/../actors/Cart/1/method/get']) {
        for (const headers of [{}, forged]) {
          const error = await thrown(auth.invoke('orders', { method: 'PUT', path, headers }));
          expect(error, path).to.be.instanceOf(RemoteProblem);
          expect((error as RemoteProblem).status, path).to.equal(403);
        }
      }
    });

    it('is let into internal routes only as one of the callers they name', async () => {
      const path = `/internal/orders/${v7()}/contact`;
      const strangers: [Sidecar, Record<string, string>][] = [
        [auth, {}],
        [auth, { 'dapr-caller-app-id': 'notifications' }],
      ];
      for (const [sidecar, headers] of strangers) {
        const error = await thrown(sidecar.invoke('orders', { method: 'GET', path, headers }));
        expect((error as RemoteProblem).detail).to.equal('There is no such route');
      }
      const notifications = sidecarOf('notifications');
      const answer = await thrown(notifications.invoke('orders', { method: 'GET', path }));
      expect((answer as RemoteProblem).detail).not.to.equal('There is no such route');
      await notifications.close();
    });

    it('hands an answer through as it comes, whatever its status', async () => {
      const { status, headers, body } = await orders.forward('auth', { method: 'GET', path: '/api/nothing', timeoutMs: 5000 });
      let text = '';
      for await (const chunk of body) text += String(chunk);
      expect(status).to.equal(404);
      expect(headers['content-type']).to.match(/^application\/problem\+json/);
      expect(JSON.parse(text)).to.include({ code: 'not_found' });
    });
  });

  describe('state', () => {
    it('comes back as it was written, and is shared where the store says so', async () => {
      const key = `kernel-test/${v7()} ü?#`;
      for (const value of [{ a: [1, null] }, 0, false, '', 'text']) {
        await orders.state('sessions').set(key, value, { ttlSeconds: 60 });
        expect(await orders.state('sessions').get(key)).to.deep.equal(value);
        expect(await auth.state('sessions').get(key)).to.deep.equal(value);
      }
      await orders.state('sessions').delete(key);
      expect(await orders.state('sessions').get(key)).to.equal(undefined);
    });

    it('is not overwritten by who read it before another changed it', async () => {
      const key = v7();
      const store = orders.state<number>('sessions');
      await store.set(key, 1, { ttlSeconds: 60 });
      const { etag } = (await store.getWithEtag(key))!;
      expect(await store.set(key, 2, { etag })).to.equal(true);
      expect(await store.set(key, 3, { etag })).to.equal(false);
      expect(await store.get(key)).to.equal(2);
      await store.delete(key);
    });

    it('that the service may not use is an error that names the store', async () => {
      const error = await thrown(auth.state('cache').get('x'));
      expect(error).to.be.instanceOf(SidecarError).and.include({ code: 'ERR_STATE_STORE_NOT_FOUND' });
    });

    it('is kept from who does not know the token', async () => {
      const stranger = connectSidecar({ daprHttpPort: daprPortOf(stackService('orders')), daprToken: 'guess' });
      expect(await thrown(stranger.state('sessions').get('x')))
        .to.be.instanceOf(SidecarError)
        .and.include({ status: 401 });
      await stranger.close();
    });
  });

  it('reads secrets, and tells one that is not there from a store that fails', async () => {
    expect(await orders.secrets.get('orders-postgres-url')).to.match(/^postgres/);
    expect(await orders.secrets.find('no-such-secret')).to.equal(undefined);
    expect(((await thrown(orders.secrets.get('no-such-secret'))) as Error).message).to.include('no-such-secret');
  });

  it('holds a lock for one at a time, and gives it back when the work throws', async () => {
    const lock = orders.lock('lock');
    const resource = v7();
    const inner = await lock.with(resource, 30, async () => ({ other: await lock.with(resource, 30, () => Promise.resolve('both')) }));
    expect(inner).to.deep.equal({ other: undefined });
    expect(await thrown(lock.with(resource, 30, () => Promise.reject(new Error('failed'))))).to.have.property('message', 'failed');
    expect(await lock.with(resource, 30, () => Promise.resolve('free again'))).to.equal('free again');
  });

  it('asks actors, and answers with the error of a turn or of an actor that does not exist', async () => {
    const id = v7();
    expect(await orders.actors.getState('Cart', id, 'none')).to.equal(undefined);
    const error = await thrown(orders.actors.invoke('Cart', id, 'constructor', {}));
    expect(error).to.be.instanceOf(SidecarError);
    expect(await thrown(orders.actors.invoke('NoSuchActor', id, 'x', {}, 2000))).to.be.instanceOf(Error);
  });
});

describe('A running service', () => {
  const service = (app: string): string => stackService(app).url;

  it('takes the callbacks of its sidecar from nobody who does not know its token', async () => {
    for (const path of ['/dapr/config', '/dapr/subscribe', '/events/orders', '/actors/Cart/1/method/get']) {
      for (const headers of [{}, { 'dapr-api-token': 'guess' }]) {
        expect((await fetch(service('orders') + path, { headers })).status, path).to.equal(403);
      }
    }
  });

  it('is ready, and names what it depends on', async () => {
    const response = await fetch(`${service('orders')}/health/ready`);
    expect(response.status).to.equal(200);
    expect(((await response.json()) as { checks: Record<string, string> }).checks).to.include({ sidecar: 'ok', postgres: 'ok' });
  });

  it('shows rate, errors and duration by route, and its process', async () => {
    const text = await (await fetch(`${service('auth')}/metrics`)).text();
    for (const name of ['http_request_duration_seconds_bucket', 'process_cpu_seconds_total', 'nodejs_eventloop_lag_seconds']) {
      expect(text).to.include(name);
    }
  });
});
