import { openDatabaseAt } from '@cartwright/kernel/postgres/database';
import { rebuildOrders } from '@cartwright/orders/adapters/projection';
import { expect } from 'chai';
import { runningStack } from '../stack.ts';
import { everywhere } from './everywhere.ts';
import { eventually, personWithTraces, staff } from './person.ts';

interface Entry {
  readonly version: number;
  readonly type: string;
}

describe('A person who deletes their account', function () {
  this.timeout(240_000);

  it('is nowhere any more, while what happened to their orders, payments and account stays whole, also when it is rebuilt from events', async () => {
    const person = await personWithTraces();
    const { customer, planted, userId, sent, waiting } = person;
    const values = Object.values(planted);
    const member = await staff();
    const historyOf = async (id: string): Promise<Entry[]> =>
      (await member.ask<{ items: Entry[] }>('GET', `/api/orders/${id}/events`)).items;

    const mailbox = `/api/notifications/mailbox?to=${encodeURIComponent(planted.email)}`;
    await eventually(
      'mails',
      () => customer.ask<{ items: object[] }>('GET', mailbox),
      ({ items }) => items.length >= 6,
    );
    const before = await everywhere(values);
    for (const place of [
      'auth public.users',
      'auth public.addresses',
      'orders public.order_contacts',
      'orders public.order_words',
      'orders public.idempotency_keys',
      'notifications public.mailbox',
    ])
      expect(before).to.include(`postgres ${place}`);
    expect(before).to.include.members([
      'postgres notifications public.preferences',
      'postgres notifications public.back_in_stock',
      'mongodb reviews',
    ]);
    expect(
      before.some((place) => place.startsWith('redis sessions||session:')),
      'the device of the session',
    ).to.equal(true);
    // What the shop shows them, and what they bought, is known by their id.
    const owned = ['postgres catalog public.bought_orders', 'postgres notifications public.live_messages', 'mongodb reviews'];
    await eventually(
      'what is known by the id',
      () => everywhere([userId]),
      (places) => owned.every((place) => places.includes(place)),
    );
    const history = await historyOf(sent.id);

    await customer.ask('DELETE', '/api/auth/me', { password: person.password });
    const askedAt = Date.now();
    await eventually(
      'the person is nowhere',
      () => everywhere(values),
      (places) => places.length === 0,
    );
    console.log(`      nowhere after ${String(Date.now() - askedAt)} ms`);

    await eventually(
      'nothing of theirs is known by their id',
      () => everywhere([userId]),
      (places) => !places.some((place) => owned.includes(place)),
    );

    // What was not sent is cancelled, and its money given back.
    await eventually(
      'the order is cancelled',
      () => historyOf(waiting.id),
      (items) => items.some(({ type }) => type === 'OrderCancelled'),
    );
    const ledger = (id: string) => member.ask<{ sum: number; items: object[] }>('GET', `/api/payments/ledger?orderId=${id}`);
    await eventually(
      'the money is given back',
      () => ledger(waiting.id),
      ({ items }) => items.some((item) => 'kind' in item && item.kind === 'refund'),
    );

    for (const { id } of [sent, waiting]) {
      const entries = await historyOf(id);
      expect(
        entries.map(({ version }) => version),
        'no hole',
      ).to.deep.equal(entries.map((_, index) => index + 1));
      expect(await ledger(id)).to.include({ sum: 0 });
    }
    const withoutWords = JSON.parse(JSON.stringify(history).replace(planted.reason, 'customer')) as Entry[];
    expect((await historyOf(sent.id)).slice(0, history.length), 'what had happened').to.deep.equal(withoutWords);
    const { items: events } = await member.ask<{ items: { kind: string }[] }>('GET', `/api/auth/security-events?userId=${userId}`);
    expect(events.map(({ kind }) => kind)).to.include.members(['registered', 'account_deleted']);

    const database = await openDatabaseAt(runningStack().stores.postgres['orders'] ?? '', { name: 'orders' });
    try {
      const { differences } = await rebuildOrders(database, { replace: true });
      expect(differences.filter(({ orderId }) => [sent.id, waiting.id].includes(orderId))).to.deep.equal([]);
    } finally {
      await database.close();
    }
    const seen = await member.ask<object>('GET', `/api/orders/${sent.id}`);
    expect(seen).to.include({ status: 'confirmed', fulfilment: 'shipped' }).and.not.to.have.property('contact');
    expect(await everywhere(values), 'after the rebuild').to.deep.equal([]);
  });
});
