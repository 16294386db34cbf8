import { PaymentActionRequired } from '@cartwright/kernel/events/payment-action-required';
import { PaymentCaptureFailed } from '@cartwright/kernel/events/payment-capture-failed';
import { PaymentFailed } from '@cartwright/kernel/events/payment-failed';
import { PaymentRefunded } from '@cartwright/kernel/events/payment-refunded';
import { PaymentVoided } from '@cartwright/kernel/events/payment-voided';
import { StockRejected } from '@cartwright/kernel/events/stock-rejected';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { runOrders, tokenOf } from '../running-orders.ts';
import type { RunningOrders } from '../running-orders.ts';
import { authorized, captured, confirmedOrder, orderOf, placedOrder, productFor, reserved } from '../shopping.ts';
import type { Placed, Product } from '../shopping.ts';

describe("What stock and payments report, in the order's process", () => {
  let orders: RunningOrders;
  let lamp: Product;
  before(async () => {
    orders = await runOrders();
    lamp = await productFor(orders);
  });
  after(() => orders.close());

  const view = async ({ id, accessKey }: Placed) =>
    (await orders.ask('GET', `/api/orders/${id}`, undefined, { 'order-key': accessKey })).body;
  const told = async (id: string) =>
    await orders.database.sql<{ type: string; data: Record<string, unknown> }>(
      'select type, data from outbox where aggregate_id = ? order by position',
      [id],
    );

  it('leads from placed to confirmed and captured; payments gets amount and token, once', async () => {
    const order = await placedOrder(orders, lamp.sku);
    await orders.deliver(reserved(order.id));
    const paid = authorized(order.id);
    await orders.deliver(paid);
    await orders.deliver(paid); // redelivered
    await orders.deliver(captured(order.id));
    expect(await view(order)).to.include({ status: 'confirmed', paymentStatus: 'captured' });
    const events = await told(order.id);
    expect(events.map(({ type }) => type)).to.deep.equal([
      'OrderPlaced',
      'OrderReserved',
      'OrderAuthorized',
      'OrderConfirmed',
      'OrderUpdated',
    ]);
    expect(events[1]?.data).to.include({ token: 'tok_ok', provider: 'sandbox', currency: 'USD' });
  });

  it('leaves a cart with the same lines when stock does not suffice, and it can be ordered', async () => {
    const order = await placedOrder(orders, lamp.sku);
    const rejected = StockRejected.create({
      aggregateId: order.id,
      aggregateVersion: 1,
      data: { orderId: order.id, shortages: [{ sku: lamp.sku, requested: 1, available: 0 }] },
    });
    expect(await orders.deliver(rejected)).to.deep.equal(['SUCCESS']);
    const seen = await view(order);
    expect(seen).to.include({ status: 'rejected' });
    const retryCartId = String(seen['retryCartId']);
    const [cart, other] = await Promise.all([1, 2].map(() => orders.ask('GET', `/api/carts/${retryCartId}`)));
    expect([cart?.status, other?.body]).to.deep.equal([200, cart?.body]);
    expect((cart?.body['lines'] as { sku: string; quantity: number }[])[0]).to.include({ sku: lamp.sku, quantity: 1 });
    expect((await orders.ask('POST', '/api/orders', orderOf(retryCartId))).status).to.equal(202);
    expect((await told(order.id))[1]?.data).to.deep.include({ retryCartId, shortages: rejected.data.shortages });
  });

  it("leaves a declined buyer a cart of their own, with the coupon, and gives the order's redemption back", async () => {
    const user = v7();
    const { body: cart } = await orders.ask('POST', '/api/carts', { lines: [{ sku: lamp.sku, quantity: 1 }] }, tokenOf(user));
    await orders.ask('POST', `/api/carts/${String(cart['id'])}/coupon`, { code: 'WELCOME10' }, tokenOf(user));
    const order = (await orders.ask('POST', '/api/orders', orderOf(String(cart['id'])), tokenOf(user))).body as unknown as Placed;
    await orders.deliver(reserved(order.id));
    const failed = PaymentFailed.create({
      aggregateId: order.id,
      aggregateVersion: 1,
      data: { orderId: order.id, provider: 'sandbox', reason: 'card_declined' },
    });
    expect(await orders.deliver(failed)).to.deep.equal(['SUCCESS']);
    const seen = await view(order);
    expect(seen).to.include({ status: 'payment_failed', paymentStatus: 'failed' });
    const path = `/api/carts/${String(seen['retryCartId'])}`;
    expect((await orders.ask('GET', path)).status).to.equal(404);
    expect((await orders.ask('GET', path, undefined, tokenOf(user))).body).to.include({ coupon: 'WELCOME10' });
    expect(await orders.database.sql('select 1 from coupon_redemptions where order_id = ?', [order.id])).to.deep.equal([]);
  });

  it('shows what the customer has to do, and forgets it when it is done', async () => {
    const order = await placedOrder(orders, lamp.sku);
    await orders.deliver(reserved(order.id));
    const nextAction = { type: 'redirect', url: 'https://example.com/3ds' };
    await orders.deliver(
      PaymentActionRequired.create({ aggregateId: order.id, aggregateVersion: 1, data: { orderId: order.id, nextAction } }),
    );
    expect((await view(order))['payment']).to.deep.equal({ provider: 'sandbox', nextAction });
    await orders.deliver(authorized(order.id, 2));
    expect((await view(order))['payment']).to.deep.equal({ provider: 'sandbox' });
  });

  it('has money voided that is authorised after the customer has cancelled', async () => {
    const order = await placedOrder(orders, lamp.sku);
    await orders.deliver(reserved(order.id));
    await orders.ask('POST', `/api/orders/${order.id}/cancel`, {}, { 'order-key': order.accessKey });
    await orders.deliver(authorized(order.id));
    expect((await told(order.id)).slice(2).map(({ type, data }) => [type, data['reason'], data['previousStatus']])).to.deep.equal([
      ['OrderCancelled', 'customer', 'reserved'],
      ['OrderCancelled', 'authorized_too_late', 'cancelled'],
    ]);
    await orders.deliver(PaymentVoided.create({ aggregateId: order.id, aggregateVersion: 2, data: { orderId: order.id } }));
    expect(await view(order)).to.include({ status: 'cancelled', paymentStatus: 'none' });
  });

  it('cancels when the capture has finally failed, and follows refunds', async () => {
    const failing = await confirmedOrder(orders, lamp.sku);
    const data = { orderId: failing.id, reason: 'card_expired' };
    await orders.deliver(PaymentCaptureFailed.create({ aggregateId: failing.id, aggregateVersion: 2, data }));
    expect(await view(failing)).to.include({ status: 'cancelled', paymentStatus: 'failed' });
    const refunded = await confirmedOrder(orders, lamp.sku);
    await orders.deliver(captured(refunded.id));
    const refund = { orderId: refunded.id, amount: 1, currency: 'USD' };
    await orders.deliver(PaymentRefunded.create({ aggregateId: refunded.id, aggregateVersion: 3, data: refund }));
    expect(await view(refunded)).to.include({ status: 'confirmed', paymentStatus: 'partially_refunded' });
  });

  it('keeps a report about an order that does not exist as a dead letter', async () => {
    const stray = reserved(v7());
    const answers = [];
    for (let attempt = 0; attempt < 3; attempt += 1) answers.push(...(await orders.deliver(stray)));
    expect(answers).to.deep.equal(['RETRY', 'RETRY', 'SUCCESS']);
    expect(await orders.database.sql('select 1 from dead_letters where aggregate_id = ?', [stray.data.orderId])).to.have.length(1);
  });
});
