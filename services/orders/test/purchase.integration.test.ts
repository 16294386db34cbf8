import { setTimeout as delay } from 'node:timers/promises';
import { connectSidecar } from '@cartwright/kernel/dapr/sidecar';
import { ProductCreated } from '@cartwright/kernel/events/product-created';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { askAt, stackFile } from './running-orders.ts';
import type { Answer } from './running-orders.ts';
import { orderOf, snapshot } from './shopping.ts';
import type { Placed } from './shopping.ts';

const withinMs = 30_000;

/** Asks until the answer is as wanted. */
async function until(what: string, ask: () => Promise<Answer>, wanted: (answer: Answer) => boolean): Promise<Answer> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`${what}: still ${String(answer.status)} ${JSON.stringify(answer.body)}`);
    await delay(10);
  }
}

describe('A purchase through all services, over the broker', function () {
  this.timeout(120_000);
  const { services } = stackFile();
  const orders = askAt(services.orders.url);
  const inventory = askAt(services.inventory.url);
  let staff: { authorization: string };

  before(async () => {
    const login = { email: 'staff@cartwright.test', password: 'staff-Passw0rd!' };
    const { body } = await askAt(services.auth.url)('POST', '/api/auth/login', login);
    staff = { authorization: `Bearer ${String(body['accessToken'])}` };
  });

  /** A SKU that nobody else buys, known to orders as from catalog, with stock. */
  async function stocked(onHand: number): Promise<string> {
    const productId = v7();
    const sku = `E2E-${productId.slice(-12)}`;
    const { data, ...event } = ProductCreated.create({ aggregateId: productId, aggregateVersion: 1, data: snapshot(productId, sku, 4900) });
    const { daprHttpUrl, daprToken } = services.orders;
    const sidecar = connectSidecar({ daprHttpPort: Number(new URL(daprHttpUrl).port), daprToken });
    const envelope = {
      specversion: '1.0',
      id: event.id,
      source: 'cartwright/catalog',
      type: event.type,
      subject: productId,
      time: new Date().toISOString(),
      datacontenttype: 'application/json',
      aggregatetype: event.aggregateType,
      aggregateversion: 1,
      data,
    };
    await sidecar.publishBulk('products', [{ key: productId, event: envelope }]);
    await sidecar.close();
    expect((await inventory('PUT', `/api/inventory/${sku}`, { onHand }, staff)).status).to.equal(200);
    return sku;
  }

  async function buy(sku: string, quantity: number, token: string): Promise<Placed> {
    const make = () => orders('POST', '/api/carts', { lines: [{ sku, quantity }] });
    const cart = await until('the product reaches orders', make, ({ status }) => status === 201);
    const order = { ...orderOf(String(cart.body['id'])), payment: { provider: 'sandbox', token } };
    const { status, body } = await orders('POST', '/api/orders', order);
    expect(status, JSON.stringify(body)).to.equal(202);
    return body as unknown as Placed;
  }

  const comesTo = (order: Placed, wanted: Record<string, string>) =>
    until(
      `order ${order.number} comes to ${JSON.stringify(wanted)}`,
      () => orders('GET', `/api/orders/${order.id}`, undefined, { 'order-key': order.accessKey }),
      ({ body }) => Object.entries(wanted).every(([field, value]) => String(body[field]) === value),
    );
  const level = async (sku: string) => (await inventory('GET', `/api/inventory/${sku}`)).body;

  it('is confirmed and captured, lowers stock, and leaves a whole trail', async () => {
    const sku = await stocked(10);
    const order = await buy(sku, 2, 'tok_ok');
    await comesTo(order, { status: 'confirmed', paymentStatus: 'captured' });
    await until(
      'stock is lowered',
      () => inventory('GET', `/api/inventory/${sku}`),
      ({ body }) => Number(body['onHand']) === 8,
    );
    expect(await level(sku)).to.include({ onHand: 8, reserved: 0, available: 8 });
    const trail = await orders('GET', `/api/orders/${order.id}/events`, undefined, { 'order-key': order.accessKey });
    expect((trail.body['items'] as { type: string }[]).map(({ type }) => type)).to.deep.equal([
      'OrderPlaced',
      'OrderReserved',
      'OrderAuthorized',
      'OrderConfirmed',
      'OrderUpdated',
    ]);
  });

  it('of more than there is is rejected, changes no stock, and leaves a cart', async () => {
    const sku = await stocked(1);
    const order = await buy(sku, 2, 'tok_ok');
    const { body } = await comesTo(order, { status: 'rejected' });
    expect(await level(sku)).to.include({ onHand: 1, reserved: 0 });
    expect((await orders('GET', `/api/carts/${String(body['retryCartId'])}`)).status).to.equal(200);
  });

  it('with a declined card fails, gives the stock back, and can be tried again with the cart that is left', async () => {
    const sku = await stocked(5);
    const order = await buy(sku, 5, 'tok_declined');
    const { body } = await comesTo(order, { status: 'payment_failed', paymentStatus: 'failed' });
    await until(
      'stock is released',
      () => inventory('GET', `/api/inventory/${sku}`),
      (answer) => Number(answer.body['reserved']) === 0,
    );
    const again = await orders('POST', '/api/orders', orderOf(String(body['retryCartId'])));
    await comesTo(again.body as unknown as Placed, { status: 'confirmed' });
  });

  it('that is cancelled gives money and goods back', async () => {
    const sku = await stocked(3);
    const order = await buy(sku, 3, 'tok_ok');
    await comesTo(order, { status: 'confirmed', paymentStatus: 'captured' });
    await orders('POST', `/api/orders/${order.id}/cancel`, {}, { 'order-key': order.accessKey });
    await comesTo(order, { status: 'cancelled', paymentStatus: 'refunded' });
    await until(
      'the goods are back',
      () => inventory('GET', `/api/inventory/${sku}`),
      ({ body }) => Number(body['available']) === 3,
    );
  });

  it('whose capture finally fails is cancelled', async () => {
    const sku = await stocked(1);
    const order = await buy(sku, 1, 'tok_capture_fails');
    await comesTo(order, { status: 'cancelled', paymentStatus: 'failed' });
    await until(
      'the goods are back',
      () => inventory('GET', `/api/inventory/${sku}`),
      ({ body }) => Number(body['available']) === 1,
    );
  });

  it('that needs 3-D Secure waits for the customer, then is confirmed', async () => {
    const sku = await stocked(1);
    const order = await buy(sku, 1, 'tok_3ds');
    await until(
      'the customer is told what to do',
      () => orders('GET', `/api/orders/${order.id}`, undefined, { 'order-key': order.accessKey }),
      ({ body }) => JSON.stringify(body['payment']).includes('nextAction'),
    );
    const done = await askAt(services.payments.url)('POST', `/api/payments/sandbox/${order.id}/complete`, {});
    expect(done.status, JSON.stringify(done.body)).to.be.below(300);
    await comesTo(order, { status: 'confirmed' });
  });

  it('is shipped in parts, sent back in part, and refunded in parts until nothing is left', async () => {
    const sku = await stocked(3);
    const order = await buy(sku, 3, 'tok_ok');
    await comesTo(order, { status: 'confirmed', paymentStatus: 'captured' });
    const path = `/api/orders/${order.id}`;
    const asStaff = async (what: string, body?: object): Promise<Answer> => {
      const answer = await orders('POST', path + what, body, staff);
      expect(answer.status, JSON.stringify(answer.body)).to.be.below(300);
      return answer;
    };
    await asStaff('/ship', { lines: [{ sku, quantity: 1 }], carrier: 'DHL', trackingNumber: '1Z' });
    await asStaff('/ship');
    await asStaff('/deliver');
    const guest = { 'order-key': order.accessKey };
    const back = await orders('POST', `${path}/returns`, { lines: [{ sku, quantity: 2 }], reason: 'too dark' }, guest);
    await asStaff(`/returns/${String(back.body['id'])}/receive`);
    await comesTo(order, { paymentStatus: 'partially_refunded', fulfilment: 'delivered' });
    await until(
      'the goods are back',
      () => inventory('GET', `/api/inventory/${sku}`),
      ({ body }) => Number(body['onHand']) === 2,
    );
    await asStaff('/refund', { reason: 'goodwill' });
    const { body } = await comesTo(order, { paymentStatus: 'refunded' });
    expect(body['refunded']).to.deep.equal((body['totals'] as { total: unknown }).total);
    const payment = await askAt(services.payments.url)('GET', `/api/payments/orders/${order.id}`, undefined, staff);
    expect(payment.body).to.deep.include({ state: 'refunded', captured: body['refunded'], refunded: body['refunded'] });
  });

  it('whose refund finally fails says so, and can be refunded again', async () => {
    const order = await buy(await stocked(1), 1, 'tok_refund_fails');
    await comesTo(order, { status: 'confirmed', paymentStatus: 'captured' });
    const refund = () => orders('POST', `/api/orders/${order.id}/refund`, { amount: { amount: 100, currency: 'USD' } }, staff);
    expect((await refund()).status).to.equal(202);
    await until(
      'the refund failed',
      () => orders('GET', `/api/orders/${order.id}`, undefined, { 'order-key': order.accessKey }),
      ({ body }) => (body['refunds'] as { status: string }[])[0]?.status === 'failed',
    );
    expect((await refund()).status).to.equal(202);
  });
});
