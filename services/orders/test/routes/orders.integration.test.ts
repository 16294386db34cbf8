import { PaymentRefundFailed } from '@cartwright/kernel/events/payment-refund-failed';
import { PaymentRefunded } from '@cartwright/kernel/events/payment-refunded';
import { fold } from '../../domain/order.ts';
import { orderView } from '../../routes/views.ts';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { invokedBy, runOrders, tokenOf } from '../running-orders.ts';
import type { RunningOrders } from '../running-orders.ts';
import { captured, confirmedOrder, placedOrder, productFor, reserved } from '../shopping.ts';
import type { Placed, Product } from '../shopping.ts';

describe('Orders, once placed', () => {
  let orders: RunningOrders;
  let lamp: Product;
  const ada = v7();

  before(async () => {
    orders = await runOrders();
    lamp = await productFor(orders);
  });
  after(() => orders.close());

  describe('are seen', () => {
    let guests: Placed;
    let adas: Placed;
    before(async () => {
      guests = await placedOrder(orders, lamp.sku);
      adas = await placedOrder(orders, lamp.sku, tokenOf(ada));
    });

    const rights: readonly [string, () => Record<string, string>, 'seen' | 'not seen', 'seen' | 'not seen'][] = [
      ['nobody in particular', () => ({}), 'not seen', 'not seen'],
      ['the key of the order', () => ({ 'order-key': guests.accessKey }), 'seen', 'not seen'],
      ['the key as a cookie', () => ({ cookie: `a=b; order-key=${guests.accessKey}` }), 'seen', 'not seen'],
      ['a key with one character changed', () => ({ 'order-key': `${guests.accessKey.slice(1)}A` }), 'not seen', 'not seen'],
      ['an empty key', () => ({ 'order-key': '' }), 'not seen', 'not seen'],
      ['its customer', () => tokenOf(ada), 'not seen', 'seen'],
      ['another customer', () => tokenOf(v7()), 'not seen', 'not seen'],
      ['support', () => tokenOf(v7(), 'support'), 'seen', 'seen'],
      ['staff', () => tokenOf(v7(), 'staff'), 'seen', 'seen'],
      ['administrators', () => tokenOf(v7(), 'admin'), 'seen', 'seen'],
    ];
    for (const [who, headers, guestsIs, adasIs] of rights) {
      it(`by ${who}: a guest's is ${guestsIs}, a user's is ${adasIs}`, async () => {
        for (const [order, expected] of [
          [guests, guestsIs],
          [adas, adasIs],
        ] as const) {
          for (const [method, path] of [
            ['GET', ''],
            ['GET', '/events'],
          ] as const) {
            const { status, body } = await orders.ask(method, `/api/orders/${order.id}${path}`, undefined, headers());
            expect(status).to.equal(expected === 'seen' ? 200 : 404);
            if (expected === 'not seen') expect(JSON.stringify(body)).not.to.include(order.number);
          }
        }
      });
    }

    it('after the key of a mail’s link was exchanged for a cookie; another key is exchanged for nothing', async () => {
      const path = `/api/orders/${guests.id}`;
      const { status, headers } = await orders.ask('POST', `${path}/key`, undefined, { 'order-key': guests.accessKey });
      const cookie = headers.get('set-cookie') ?? '';
      expect(status).to.equal(204);
      expect(cookie).to.match(/^order-key=[^;]+; Path=\/api\/orders\/[^;]+; .*HttpOnly; SameSite=Strict/);
      const seen = await orders.ask('GET', path, undefined, { cookie: cookie.split(';')[0]! });
      expect(seen.status).to.equal(200);
      for (const key of [{}, { 'order-key': '' }, { 'order-key': adas.accessKey }]) {
        const refused = await orders.ask('POST', `${path}/key`, undefined, key);
        expect([refused.status, refused.headers.get('set-cookie')]).to.deep.equal([404, null]);
      }
    });

    it('with an invalid token by nobody, whatever the key', async () => {
      const headers = { authorization: 'Bearer a.b.c', 'order-key': guests.accessKey };
      expect((await orders.ask('GET', `/api/orders/${guests.id}`, undefined, headers)).status).to.equal(401);
    });

    it('cancelled and shipped only by whom that is allowed', async () => {
      expect((await orders.ask('POST', `/api/orders/${adas.id}/cancel`, {}, tokenOf(v7()))).status).to.equal(404);
      expect((await orders.ask('POST', `/api/orders/${adas.id}/cancel`, {}, { 'order-key': guests.accessKey })).status).to.equal(404);
      for (const step of ['ship', 'deliver']) {
        expect((await orders.ask('POST', `/api/orders/${adas.id}/${step}`)).status).to.equal(401);
        expect((await orders.ask('POST', `/api/orders/${adas.id}/${step}`, undefined, tokenOf(ada))).status).to.equal(403);
        expect((await orders.ask('POST', `/api/orders/${adas.id}/${step}`, undefined, tokenOf(v7(), 'support'))).status).to.equal(403);
      }
    });
  });

  it("are listed in pages: one's own, and everybody's for staff", async () => {
    const bob = v7();
    const placed: string[] = [];
    for (let count = 0; count < 5; count += 1) placed.push((await placedOrder(orders, lamp.sku, tokenOf(bob))).id);
    const listed: string[] = [];
    let cursor: string | null = null;
    do {
      const more: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const { body } = await orders.ask('GET', `/api/orders?limit=2${more}`, undefined, tokenOf(bob));
      const page = body as unknown as { items: { id: string }[]; nextCursor: string | null };
      expect(page.items.length).to.be.at.most(2);
      listed.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(listed).to.deep.equal(placed.toReversed());
    const staffs = (await orders.ask('GET', '/api/orders?limit=100', undefined, tokenOf(v7(), 'staff'))).body;
    expect((staffs['items'] as { id: string }[]).map(({ id }) => id)).to.include.members(placed);
    expect((await orders.ask('GET', '/api/orders?mine=true', undefined, tokenOf(v7(), 'staff'))).body['items']).to.deep.equal([]);
    expect((await orders.ask('GET', '/api/orders')).status).to.equal(401);
    expect((await orders.ask('GET', '/api/orders?limit=0', undefined, tokenOf(bob))).status).to.equal(400);
    expect((await orders.ask('GET', '/api/orders?cursor=nonsense', undefined, tokenOf(bob))).status).to.equal(400);
    const strange = Buffer.from('["x"]').toString('base64url');
    expect((await orders.ask('GET', `/api/orders?cursor=${strange}`, undefined, tokenOf(bob))).status).to.equal(400);
  });

  it('outlive the erasure of whom they were for', async () => {
    const order = await placedOrder(orders, lamp.sku);
    await orders.database.sql('delete from order_contacts where order_id = ?', [order.id]);
    const { status, body } = await orders.ask('GET', `/api/orders/${order.id}`, undefined, { 'order-key': order.accessKey });
    expect(status).to.equal(200);
    expect(body).to.include({ number: order.number }).and.not.to.have.property('contact');
  });

  it('tell what happened and who caused it, in order', async () => {
    const order = await confirmedOrder(orders, lamp.sku);
    const { body } = await orders.ask('GET', `/api/orders/${order.id}/events`, undefined, { 'order-key': order.accessKey });
    const items = body['items'] as { version: number; type: string; cause: string; at: string }[];
    expect(items.map(({ version, type, cause }) => [version, type, cause])).to.deep.equal([
      [1, 'OrderPlaced', 'guest'],
      [2, 'OrderReserved', 'inventory'],
      [3, 'OrderAuthorized', 'payments'],
      [4, 'OrderConfirmed', 'payments'],
    ]);
    expect(items.every(({ at }) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(at))).to.equal(true);
    expect(JSON.stringify(body)).not.to.match(/tok_ok|ada@/);
  });

  it('can be seen as they were at any version', async () => {
    const order = await confirmedOrder(orders, lamp.sku);
    const at = (version: number | string, headers: Record<string, string> = { 'order-key': order.accessKey }) =>
      orders.ask('GET', `/api/orders/${order.id}/versions/${String(version)}`, undefined, headers);
    const statuses = await Promise.all([1, 2, 3, 4].map(async (version) => (await at(version)).body['status']));
    expect(statuses).to.deep.equal(['placed', 'reserved', 'authorized', 'confirmed']);
    expect((await at(4)).body).to.deep.equal(orderView((await orders.orders.find(order.id))!));
    expect((await at(5)).status).to.equal(404);
    expect((await at(0)).status).to.equal(400);
    expect((await at(1, {})).status).to.equal(404);
  });

  it('are found by staff by where they stand and by their number', async () => {
    const staff = tokenOf(v7(), 'staff');
    const order = await confirmedOrder(orders, lamp.sku);
    const numbers = async (query: string, headers = staff) =>
      ((await orders.ask('GET', `/api/orders?${query}`, undefined, headers)).body['items'] as { number: string }[]).map(
        ({ number }) => number,
      );
    expect(await numbers(`number=${order.number.toLowerCase()}`)).to.deep.equal([order.number]);
    expect(await numbers(`number=${order.number.slice(0, 8)}&status=confirmed&fulfilment=none`)).to.include(order.number);
    expect(await numbers(`number=${order.number}&status=cancelled`)).to.deep.equal([]);
    expect(await numbers(`number=${order.number}`, tokenOf(v7())), 'others do not find it').to.deep.equal([]);
    expect((await orders.ask('GET', '/api/orders?status=lost', undefined, staff)).status).to.equal(400);
    expect((await orders.ask('GET', '/api/orders?number=%25', undefined, staff)).status).to.equal(400);
  });

  it('are cancelled once, by the customer or by staff, and the history says by whom', async () => {
    const order = await placedOrder(orders, lamp.sku, tokenOf(ada));
    const cancel = (headers: Record<string, string>, body?: unknown) => orders.ask('POST', `/api/orders/${order.id}/cancel`, body, headers);
    expect((await cancel(tokenOf(ada))).body).to.include({ status: 'cancelled' });
    expect((await cancel(tokenOf(v7(), 'support'), { reason: 'asked by telephone' })).status).to.equal(200);
    const history = await orders.orders.history(order.id);
    expect(history.map(({ event, cause }) => [event.type, cause])).to.deep.equal([
      ['OrderPlaced', `customer:${ada}`],
      ['OrderCancelled', `customer:${ada}`],
    ]);
    const staffs = await placedOrder(orders, lamp.sku, tokenOf(ada));
    const bob = v7();
    await orders.ask('POST', `/api/orders/${staffs.id}/cancel`, undefined, tokenOf(bob, 'staff'));
    expect((await orders.orders.history(staffs.id))[1]).to.deep.include({ cause: `staff:${bob}` });
    expect((await orders.orders.history(staffs.id))[1]?.event.data).to.include({ reason: 'staff' });
    expect((await cancel(tokenOf(ada), { reason: '' })).body['errors']).to.satisfy(
      (errors: { field: string }[]) => errors[0]?.field === '/reason',
    );
  });

  it('are shipped when paid, then delivered, and cannot be cancelled then', async () => {
    const staff = tokenOf(v7(), 'staff');
    const order = await confirmedOrder(orders, lamp.sku);
    const step = (name: string) => orders.ask('POST', `/api/orders/${order.id}/${name}`, undefined, staff);
    expect((await step('ship')).body).to.include({ code: 'not_in_this_state' });
    await orders.deliver(captured(order.id));
    expect((await step('deliver')).status).to.equal(409);
    expect((await step('ship')).body).to.include({ fulfilment: 'shipped', paymentStatus: 'captured' });
    expect((await step('cancel')).status).to.equal(409);
    expect((await step('deliver')).body).to.include({ fulfilment: 'delivered' });
    expect((await orders.ask('POST', `/api/orders/${v7()}/ship`, undefined, staff)).status).to.equal(404);
  });

  it('are shipped in parts, sent back, received and refunded, each by whom it may be', async () => {
    const staff = tokenOf(v7(), 'staff');
    const { id, accessKey } = await confirmedOrder(orders, lamp.sku, {}, 3);
    await orders.deliver(captured(id));
    const guest = { 'order-key': accessKey };
    const ask = (path: string, body?: unknown, headers: Record<string, string> = staff) =>
      orders.ask('POST', `/api/orders/${id}${path}`, body, headers);
    const units = (quantity: number) => [{ sku: lamp.sku, quantity }];

    expect((await ask('/ship', { lines: units(1) }, guest)).status).to.equal(401);
    const first = { lines: units(1), carrier: 'DHL', trackingNumber: '1Z' };
    const once = { ...staff, 'idempotency-key': v7() };
    expect((await ask('/ship', first, once)).body).to.include({ fulfilment: 'partial' });
    expect((await ask('/ship', first, once)).body['shipments'], 'twice with one key').to.have.length(1);
    expect((await ask('/ship', { lines: units(3) })).body).to.deep.include({
      code: 'too_many_units',
      errors: [{ field: '/lines/0/quantity', rule: 'maximum', message: `only 2 of ${lamp.sku} are left to be shipped` }],
    });
    const shipped = (await ask('/ship', { lines: units(1) })).body as { shipments: { id: string }[] };
    expect((await ask('/deliver', { shipmentId: shipped.shipments[0]!.id })).body).to.include({ fulfilment: 'partial' });

    expect((await ask('/returns', { lines: units(1), reason: 'too dark' }, {})).status).to.equal(404);
    expect((await ask('/returns', { lines: units(3), reason: 'too dark' }, guest)).status).to.equal(409);
    const wish = await ask('/returns', { lines: units(1), reason: 'too dark' }, guest);
    expect(wish.status).to.equal(201);
    expect(wish.body).to.deep.include({ lines: units(1), reason: 'too dark', status: 'requested' });
    const returnId = wish.body['id'] as string;
    expect((await ask(`/returns/${returnId}/receive`, {}, guest)).status).to.equal(401);
    const received = (await ask(`/returns/${returnId}/receive`)).body as { refunds: { amount: { amount: number } }[] };
    const { amount } = received.refunds[0]!.amount;
    expect(received).to.deep.include({
      refunds: [{ id: returnId, amount: { amount, currency: 'USD' }, reason: 'returned', status: 'requested' }],
    });
    expect((await ask(`/returns/${v7()}/receive`)).status).to.equal(404);
    expect((await ask(`/returns/${returnId}/reject`, { reason: 'worn' })).body).to.include({ code: 'return_received' });

    await orders.deliver(
      PaymentRefunded.create({ aggregateId: id, aggregateVersion: 3, data: { orderId: id, amount, currency: 'USD', refundId: returnId } }),
    );
    const { body } = await orders.ask('GET', `/api/orders/${id}`, undefined, guest);
    expect(body).to.deep.include({ paymentStatus: 'partially_refunded', refunded: { amount, currency: 'USD' } });
    expect((await ask('/refund', { amount: { amount: 10_000_000, currency: 'USD' } })).body).to.include({ code: 'exceeds_refundable' });
    expect((await ask('/refund', { amount: { amount: 1, currency: 'EUR' } })).status).to.equal(422);
    expect((await ask('/refund', { reason: 'goodwill' })).status).to.equal(202);
    expect((await ask('/refund')).body).to.include({ code: 'nothing_to_refund' });
    const events = (await orders.orders.history(id)).map(({ event }) => event);
    expect(fold(id, events), 'the projection is what the events make').to.deep.equal((await orders.orders.find(id))?.order);
  });

  it('are refunded once, however many ask at the same time', async () => {
    const staff = tokenOf(v7(), 'staff');
    const { id } = await confirmedOrder(orders, lamp.sku);
    await orders.deliver(captured(id));
    const answers = await Promise.all(Array.from({ length: 8 }, () => orders.ask('POST', `/api/orders/${id}/refund`, undefined, staff)));
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([202, ...Array<number>(7).fill(409)]);
    expect((await orders.orders.history(id)).filter(({ event }) => event.type === 'OrderRefundRequested')).to.have.length(1);
  });

  it('that were cancelled are refunded by staff once their money could not go back by itself', async () => {
    const staff = tokenOf(v7(), 'staff');
    const { id } = await confirmedOrder(orders, lamp.sku);
    await orders.deliver(captured(id));
    const ask = (path: string) => orders.ask('POST', `/api/orders/${id}${path}`, undefined, staff);
    expect((await ask('/cancel')).status).to.equal(200);
    expect((await ask('/refund')).body).to.include({ code: 'not_in_this_state' });
    const refundId = v7();
    await orders.deliver(
      PaymentRefundFailed.create({ aggregateId: id, aggregateVersion: 3, data: { orderId: id, refundId, reason: 'charge_disputed' } }),
    );
    const asked = await ask('/refund');
    expect(asked.status).to.equal(202);
    const { refunds, totals } = asked.body as { refunds: { status: string; amount: unknown }[]; totals: { total: unknown } };
    expect(refunds.map(({ status, amount }) => [status, amount])).to.deep.equal([
      ['failed', totals.total],
      ['requested', totals.total],
    ]);
    const events = (await orders.orders.history(id)).map(({ event }) => event);
    expect(events.map(({ type }) => type).slice(-3)).to.deep.equal(['OrderCancelled', 'OrderUpdated', 'OrderRefundRequested']);
    expect(fold(id, events), 'the projection is what the events make').to.deep.equal((await orders.orders.find(id))?.order);
  });

  it('are told as they change, to whoever may see them, until the client leaves', async () => {
    const order = await placedOrder(orders, lamp.sku);
    expect((await orders.ask('GET', `/api/orders/${order.id}/stream`)).status).to.equal(404);
    const ended = new AbortController();
    const response = await fetch(`${orders.url}/api/orders/${order.id}/stream`, {
      headers: { 'order-key': order.accessKey },
      signal: ended.signal,
    });
    expect(response.headers.get('content-type')).to.include('text/event-stream');
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const until = async (wanted: string): Promise<void> => {
      while (!text.includes(wanted)) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`The stream ended before ${wanted}: ${text}`);
        text += value;
      }
    };
    await until('"status":"placed"');
    await orders.deliver(reserved(order.id));
    await until('"status":"reserved"');
    expect(text).to.match(/id: 2\nevent: order\ndata: /);
    ended.abort();
  });

  describe('are told to other services', () => {
    it('by invocation only: whom to write to, and with which key', async () => {
      const order = await placedOrder(orders, lamp.sku);
      const path = `/internal/orders/${order.id}/contact`;
      const answer = await orders.ask('GET', path, undefined, invokedBy('notifications'));
      const { number, accessKey } = order;
      expect(answer.body).to.deep.equal({ email: 'ada@example.com', name: 'Ada', number, accessKey, locale: null, words: {} });
      for (const headers of [{}, invokedBy('payments'), tokenOf(v7(), 'admin')])
        expect((await orders.ask('GET', path, undefined, headers)).status).to.equal(404);
      expect((await orders.ask('GET', `/internal/orders/${v7()}/contact`, undefined, invokedBy('notifications'))).status).to.equal(404);
    });

    it('where they stand, without those that are not known', async () => {
      const order = await placedOrder(orders, lamp.sku);
      const body = { orderIds: [order.id, v7()] };
      const answer = await orders.ask('POST', '/internal/orders/status', body, invokedBy('inventory'));
      expect(answer.body['items']).to.deep.equal([{ orderId: order.id, status: 'placed' }]);
      expect((await orders.ask('POST', '/internal/orders/status', body)).status).to.equal(404);
      expect((await orders.ask('POST', '/internal/orders/status', { orderIds: [] }, invokedBy('inventory'))).status).to.equal(400);
    });
  });
});
