import { expect } from 'chai';
import { Type } from 'typebox';
import { v7 } from 'uuid';
import { defineEvent } from '../../events/event.ts';
import { OrderUpdated } from '../../events/order-updated.ts';
import { Reason, closed } from '../../events/shapes.ts';
import { on, subscription } from '../../messaging/subscription.ts';
import { openDatabaseAt } from '../../postgres/database.ts';
import type { Database } from '../../postgres/database.ts';
import { NextAction, Uuid } from '../../schemas.ts';
import { adminUrl, createTestDatabase } from '../postgres/test-database.ts';
import type { TestDatabase } from '../postgres/test-database.ts';
import { bulk, envelope, testHost } from '../messaging/fixtures.ts';

/** OrderUpdated as it was before shipments came into it, kept here as its consumers had it. */
const OrderUpdatedVersion1 = defineEvent({
  type: 'OrderUpdated',
  topic: 'orders',
  aggregate: 'order',
  summary: 'Anything else of an order changed: where it stands now',
  data: closed({
    orderId: Uuid,
    status: Type.String({ minLength: 1, maxLength: 50 }),
    fulfilment: Type.String({ minLength: 1, maxLength: 50 }),
    paymentStatus: Type.String({ minLength: 1, maxLength: 50 }),
    reason: Reason,
    nextAction: Type.Optional(NextAction),
  }),
  example: { orderId: v7(), status: 'confirmed', fulfilment: 'shipped', paymentStatus: 'captured', reason: 'shipped' },
});

const { example: old } = OrderUpdatedVersion1;
const { example: recent } = OrderUpdated;

describe('OrderUpdated in two versions of its schema', () => {
  let place: TestDatabase;
  let database: Database;

  before(async () => {
    place = await createTestDatabase(adminUrl(), 'evolution');
    database = await openDatabaseAt(place.url, { name: 'notifications' });
  });
  after(async () => {
    await database.close();
    await place.drop();
  });

  it('is as its producers make it: each knows its own version alone', () => {
    const parts = { aggregateId: old.orderId, aggregateVersion: 1 };
    expect(() => OrderUpdatedVersion1.create({ ...parts, data: recent })).to.throw(TypeError, 'shipment');
    expect(OrderUpdated.create({ ...parts, data: recent }).data).to.equal(recent);
    expect(OrderUpdated.create({ ...parts, data: old }).data).to.equal(old);
  });

  for (const [consumer, definition] of [
    ['an old consumer', OrderUpdatedVersion1],
    ['a new consumer', OrderUpdated],
  ] as const) {
    it(`is applied by ${consumer} from old and new producers alike, and nothing of it becomes a dead letter`, async () => {
      await database.sql('truncate inbox, dead_letters');
      const seen: unknown[] = [];
      const apply = ({ data }: { data: unknown }): Promise<void> => {
        seen.push(data);
        return Promise.resolve();
      };
      const handler = definition === OrderUpdated ? on(OrderUpdated, { apply }) : on(OrderUpdatedVersion1, { apply });
      const events = subscription({ topic: 'orders', database, handlers: [handler], host: testHost('notifications') });
      const id = v7();
      const deliveries = [old, recent].map((data, index) => envelope({ id, version: index + 1, type: 'OrderUpdated', data }));
      const { statuses } = await events.receive(bulk(...deliveries));
      expect(statuses.map(({ status }) => status)).to.deep.equal(['SUCCESS', 'SUCCESS']);
      expect(seen).to.deep.equal([old, recent]);
      expect(await database.sql('select reason from dead_letters')).to.deep.equal([]);
    });
  }

  it('gives a new consumer the shipment where there is one, and says plainly where there is none', () => {
    expect(OrderUpdated.check(recent)).to.deep.equal([]);
    expect(OrderUpdated.check(old)).to.deep.equal([]);
    const { shipment } = old as typeof recent;
    expect(shipment).to.equal(undefined);
    expect(recent.shipment?.lines).to.have.length.greaterThan(0);
  });

  it('is refused by both where a field that both know is wrong: only what is unknown is passed over', () => {
    const wrong = { ...recent, status: 7 };
    for (const definition of [OrderUpdatedVersion1, OrderUpdated])
      expect(definition.check(wrong).map(({ field }) => field)).to.deep.equal(['/status']);
    const incomplete = { ...recent, shipment: { shipmentId: v7() } };
    expect(OrderUpdatedVersion1.check(incomplete)).to.deep.equal([]);
    expect(OrderUpdated.check(incomplete).map(({ field }) => field)).to.deep.equal(['/shipment/lines']);
  });
});
