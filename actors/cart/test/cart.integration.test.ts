import { readFileSync } from 'node:fs';
import { ActorError } from '@cartwright/actor-host/actor-error';
import { actorClient } from '@cartwright/actor-host/client';
import { actorCallerHeader, actorCallerToken } from '@cartwright/kernel/dapr/actor-caller';
import { connectSidecar } from '@cartwright/kernel/dapr/sidecar';
import type { Sidecar } from '@cartwright/kernel/dapr/sidecar';
import { until } from '@cartwright/kernel/test/postgres/test-database';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { CartActor } from '../cart-actor.ts';

interface Stack {
  services: Record<'orders' | 'payments', { url: string; daprHttpUrl: string; daprToken: string; appToken: string }>;
}

describe('The Cart actor behind its sidecar', () => {
  const { services } = JSON.parse(readFileSync(process.env['CARTWRIGHT_STACK'] ?? '', 'utf8')) as Stack;
  const { daprHttpUrl, daprToken, appToken } = services.orders;
  let dapr: Sidecar;
  let id: string;

  before(() => {
    dapr = connectSidecar({ daprHttpPort: Number(new URL(daprHttpUrl).port), daprToken, appToken });
  });
  after(() => dapr.close());
  beforeEach(() => {
    id = v7();
  });

  const cart = () => actorClient(dapr, CartActor, id);
  const line = (sku: string, quantity: number) => ({ sku, title: 'Lamp', quantity, unitPrice: 4900 });
  const sidecar = (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(`${daprHttpUrl}/v1.0/actors/Cart/${path}`, {
      method,
      headers: { 'dapr-api-token': daprToken, 'content-type': 'application/json', [actorCallerHeader]: actorCallerToken(appToken) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  it('keeps a cart in one key of its store', async () => {
    await cart().create({ currency: 'USD', ownerId: null, lines: [line('A', 2)] });
    await cart().add({ line: line('A', 1), currency: 'USD' });
    const state = (await (await sidecar('GET', `${id}/state/cart`)).json()) as { lines: unknown[] };
    expect(state.lines).to.deep.equal([line('A', 3)]);
  });

  it('refuses with a code, which arrives as it was thrown', async () => {
    const orderId = v7();
    await cart().create({ currency: 'USD', ownerId: null, lines: [line('A', 2)] });
    await cart().seal({ orderId });
    const error = await cart()
      .remove({ sku: 'A' })
      .catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(ActorError).and.to.include({ code: 'cart_sealed' });
    expect((error as ActorError).details).to.deep.equal({ orderId });
  });

  it('loses no command of many at a time', async () => {
    await cart().create({ currency: 'USD', ownerId: null, lines: [] });
    await Promise.all(Array.from({ length: 40 }, (_, index) => cart().add({ line: line(`S${String(index % 4)}`, 1), currency: 'USD' })));
    const view = await cart().view(null);
    expect(view?.lines.map(({ quantity }) => quantity)).to.deep.equal([10, 10, 10, 10]);
  });

  it('cannot be made to do what is not on its list', async () => {
    for (const method of ['constructor', 'toString', 'onReminder', 'remind', '__proto__'])
      expect((await sidecar('PUT', `${id}/method/${method}`, null)).status, method).to.be.at.least(400);
  });

  it('is reminded by the scheduler, and ends the reminder of a cart that was never made', async () => {
    expect((await sidecar('POST', `${id}/reminders/idle`, { dueTime: '0s', period: '1h' })).ok).to.equal(true);
    await until('the reminder is gone', async () => {
      const answer = await sidecar('GET', `${id}/reminders/idle`);
      return !answer.ok || ['', 'null'].includes(await answer.text());
    });
  });

  it('takes no turn for another service that asks its own sidecar for the actor, whatever that service shows', async () => {
    await cart().create({ currency: 'USD', ownerId: null, lines: [line('A', 2)] });
    const { daprHttpUrl: other, daprToken: token, appToken: own } = services.payments;
    for (const shown of [
      {},
      { [actorCallerHeader]: actorCallerToken(own) },
      { [actorCallerHeader]: '' },
      { 'dapr-caller-app-id': 'orders' },
    ]) {
      const headers = { 'dapr-api-token': token, ...shown };
      const answer = await fetch(`${other}/v1.0/actors/Cart/${id}/method/view`, { method: 'PUT', headers, body: 'null' });
      expect(answer.status, JSON.stringify(shown)).to.be.at.least(400);
      expect(await answer.text()).to.not.include('Lamp');
    }
    expect(await cart().view(null)).to.have.property('id', id);
  });

  it('takes no turn for another service that invokes orders', async () => {
    await cart().create({ currency: 'USD', ownerId: null, lines: [line('A', 2)] });
    const { daprHttpUrl: other, daprToken: token } = services.payments;
    const path = `${other}/v1.0/invoke/orders/method/actors/Cart/${id}/method/view`;
    const answer = await fetch(path, { method: 'PUT', headers: { 'dapr-api-token': token }, body: 'null' });
    expect(answer.status).to.equal(403);
    expect(await answer.text()).to.not.include('Lamp');
  });
});
