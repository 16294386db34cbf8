import { expect } from 'chai';
import { untilWaiting } from '@cartwright/kernel/test/postgres/test-database';
import { v7 } from 'uuid';
import { fold } from '../../domain/order.ts';
import { runOrders, tokenOf } from '../running-orders.ts';
import type { Answer, RunningOrders } from '../running-orders.ts';
import { captured, confirmedOrder, productFor } from '../shopping.ts';

describe('A customer who cancels an order that was shipped in part', () => {
  let orders: RunningOrders;
  before(async () => {
    orders = await runOrders();
  });
  after(() => orders.close());

  it('cancels the rest: it is told to inventory, its price goes back, once, and the other part is delivered as before', async () => {
    const lamp = await productFor(orders);
    const { id, accessKey } = await confirmedOrder(orders, lamp.sku, {}, 3);
    await orders.deliver(captured(id));
    const staff = tokenOf(v7(), 'staff');
    const ask = (name: string, body?: unknown, headers: Record<string, string> = staff): Promise<Answer> =>
      orders.ask('POST', `/api/orders/${id}/${name}`, body, headers);
    await ask('ship', { lines: [{ sku: lamp.sku, quantity: 1 }] });
    expect((await ask('cancel', {}, {})).status, 'by nobody else').to.equal(404);
    const cancel = () => ask('cancel', { reason: 'takes too long' }, { 'order-key': accessKey });
    // Both are there before the first is done.
    const both = await orders.database.transaction(async ({ em }) => {
      await em.execute('select 1 from orders where id = ? for update', [id]);
      const sent = [cancel(), cancel()];
      await untilWaiting(orders.database, 2);
      return { sent };
    });
    const answers = await Promise.all(both.sent);
    const rest = [{ sku: lamp.sku, quantity: 2 }];
    for (const { status, body } of answers) {
      expect(status).to.equal(200);
      expect(body).to.include({ status: 'confirmed', fulfilment: 'shipped' });
      const [cancellation, ...more] = body['cancellations'] as { id: string }[];
      expect(more).to.deep.equal([]);
      expect(cancellation).to.deep.include({ lines: rest, reason: 'takes too long' });
      expect(body['refunds']).to.have.length(1);
      expect((body['refunds'] as object[])[0]).to.deep.include({ id: cancellation?.id, reason: 'takes too long', status: 'requested' });
    }
    const told = await orders.database.sql<{ type: string; data: object }>(
      'select type, data from outbox where aggregate_id = ? order by aggregate_version desc limit 2',
      [id],
    );
    expect(told.map(({ type }) => type)).to.deep.equal(['OrderRefundRequested', 'OrderRestCancelled']);
    expect(told[1]?.data).to.deep.include({ lines: rest });
    expect((await ask('ship')).body, 'nothing is left').to.include({ fulfilment: 'shipped' });
    expect((await ask('deliver')).body).to.include({ fulfilment: 'delivered' });
    const events = (await orders.orders.history(id)).map(({ event }) => event);
    expect(fold(id, events), 'the projection is what the events make').to.deep.equal((await orders.orders.find(id))?.order);
  });
});
