import { OrderCancelled } from '@cartwright/kernel/events/order-cancelled';
import { OrderConfirmed } from '@cartwright/kernel/events/order-confirmed';
import { OrderPlaced } from '@cartwright/kernel/events/order-placed';
import { StockUpdated } from '@cartwright/kernel/events/stock-updated';
import type { NewEvent } from '@cartwright/kernel/events/event';
import { until } from '@cartwright/kernel/test/postgres/test-database';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { homeAndLighting, lamp, ndjson } from '../examples.ts';
import { runCatalog } from '../running-catalog.ts';
import type { RunningCatalog } from '../running-catalog.ts';

interface Item {
  readonly slug: string;
  readonly reason: {
    readonly kind: string;
    readonly with: { title: string } | null;
    readonly customers: number | null;
    readonly text: string;
  };
}

describe('Recommendations', () => {
  let catalog: RunningCatalog;
  const ids = new Map<string, string>();
  before(async () => {
    catalog = await runCatalog();
    await catalog.ask('POST', '/import', {
      as: 'staff',
      body: ndjson(...homeAndLighting, { category: { slug: 'rest', name: 'Rest', parent: null } }),
    });
    const categories = { lamp: 'lighting', bulb: 'rest', desk: 'rest', rug: 'rest', other: 'lighting', sold: 'rest' };
    for (const [name, category] of Object.entries(categories)) {
      const { body, text, status } = await catalog.ask('POST', '/products', { as: 'staff', body: lamp(name, { category }) });
      expect(status, text).to.equal(201);
      ids.set(name, String(body['id']));
    }
  });
  after(() => catalog.close());

  const idOf = (name: string): string => ids.get(name) ?? '';
  const skuOf = (name: string): string => `${name}-s`.toUpperCase();
  function order(customerId: string | null, ...names: string[]): { placed: NewEvent; confirmed: NewEvent; cancelled: NewEvent } {
    const orderId = v7();
    const at = (aggregateVersion: number) => ({ aggregateId: orderId, aggregateVersion });
    return {
      placed: OrderPlaced.create({ ...at(1), data: { ...OrderPlaced.example, orderId } }),
      confirmed: OrderConfirmed.create({ ...at(2), data: { ...OrderConfirmed.example, orderId, customerId, skus: names.map(skuOf) } }),
      cancelled: OrderCancelled.create({ ...at(3), data: { ...OrderCancelled.example, orderId } }),
    };
  }
  async function buy(customerId: string | null, ...names: string[]): Promise<ReturnType<typeof order>> {
    const bought = order(customerId, ...names);
    expect(await catalog.deliver(bought.placed, bought.confirmed)).to.deep.equal(['SUCCESS', 'SUCCESS']);
    return bought;
  }
  const recommended = async (path: string): Promise<readonly Item[]> => {
    const { status, body, text } = await catalog.ask('GET', path);
    expect(status, text).to.equal(200);
    return body['items'] as Item[];
  };
  const pairs = async (kind: string, one: string, other: string): Promise<number> => {
    const rows = await catalog.database.sql<{ customers: number }>(
      'select customers from product_pairs where kind = ? and product_id = ? and other_id = ?',
      [kind, idOf(one), idOf(other)],
    );
    return rows[0]?.customers ?? 0;
  };

  it('are what is popular in the category, as long as nobody has bought or looked at anything', async () => {
    const items = await recommended(`/products/${idOf('lamp')}/recommendations?limit=2`);
    expect(items[0]?.slug).to.equal('other');
    expect(items[0]?.reason).to.deep.equal({ kind: 'popular', with: null, customers: null, text: 'Popular in the same category' });
    expect(items).to.have.length(2);
    expect(items.map(({ slug }) => slug)).not.to.include('lamp');
  });

  it('say what was bought together and by how many customers, each once, guests by their orders', async () => {
    const ada = v7();
    await buy(ada, 'lamp', 'bulb', 'desk');
    await buy(ada, 'lamp', 'bulb'); // once more: still one customer
    await buy(null, 'lamp', 'bulb');
    await buy(v7(), 'lamp');
    const [first, second] = await recommended(`/products/${idOf('lamp')}/recommendations`);
    expect(first?.slug).to.equal('bulb');
    expect(first?.reason).to.deep.include({ kind: 'bought_together', customers: 2, text: 'Bought together with Lamp lamp by 2 customers' });
    expect(second?.slug).to.equal('desk');
    expect(second?.reason.text).to.equal('Bought together with Lamp lamp by 1 customer');
    expect([await pairs('bought', 'bulb', 'lamp'), await pairs('bought', 'bulb', 'desk')]).to.deep.equal([2, 1]);
  });

  it('count an order no more that was cancelled, and still the customer who has another one', async () => {
    const bob = v7();
    const [one, other] = [await buy(bob, 'desk', 'rug'), await buy(bob, 'desk', 'rug')];
    expect(await pairs('bought', 'desk', 'rug')).to.equal(1);
    await catalog.deliver(one.cancelled);
    expect(await pairs('bought', 'desk', 'rug')).to.equal(1);
    await catalog.deliver(other.cancelled);
    expect(await pairs('bought', 'desk', 'rug')).to.equal(0);
    expect((await recommended(`/products/${idOf('rug')}/recommendations`)).map(({ reason }) => reason.kind)).not.to.include(
      'bought_together',
    );
  });

  it('count a customer once, also when two of their orders are confirmed and cancelled at the same time', async () => {
    const eve = v7();
    const orders = Array.from({ length: 5 }, () => order(eve, 'rug', 'other'));
    await catalog.deliver(...orders.map(({ placed }) => placed));
    expect(new Set(await catalog.deliver(...orders.map(({ confirmed }) => confirmed)))).to.deep.equal(new Set(['SUCCESS']));
    expect(await pairs('bought', 'rug', 'other')).to.equal(1);
    await catalog.deliver(...orders.map(({ cancelled }) => cancelled));
    expect(await pairs('bought', 'rug', 'other')).to.equal(0);
  });

  it('go with all that is in a cart, and are none of it', async () => {
    const items = await recommended(`/recommendations?skus=${skuOf('bulb')},${skuOf('desk')}`);
    expect(items[0]?.slug).to.equal('lamp');
    expect(items[0]?.reason.kind).to.equal('bought_together');
    expect(items.map(({ slug }) => slug)).not.to.include.members(['bulb']);
    expect((await recommended('/recommendations?limit=3')).every(({ reason }) => reason.kind === 'popular')).to.equal(true);
  });

  it('leave out what is sold out', async () => {
    await buy(null, 'lamp', 'sold');
    for (const sku of ['SOLD-S', 'SOLD-L'])
      await catalog.deliver(
        StockUpdated.create({
          aggregateId: sku,
          aggregateVersion: 1,
          data: { sku, onHand: 0, reserved: 0, available: 0, reason: 'adjusted' },
        }),
      );
    expect((await recommended(`/products/${idOf('lamp')}/recommendations`)).map(({ slug }) => slug)).not.to.include('sold');
  });

  it('learn from what is looked at in the same visit, once each, and publish neither visit nor visitor', async () => {
    const look = async (name: string, visitId: string): Promise<void> => {
      const { status } = await catalog.ask('POST', `/products/${idOf(name)}/views`, { body: { visitId, from: 'search' } });
      expect(status).to.equal(202);
    };
    for (const visit of [v7(), v7(), v7()]) {
      await look('rug', visit);
      await look('rug', visit);
      await catalog.parts.views.flush(); // pairs are met within one flush, and across two
      await look('lamp', visit);
      await look('desk', visit);
      await catalog.parts.views.flush();
    }
    expect([
      await pairs('viewed', 'rug', 'lamp'),
      await pairs('viewed', 'lamp', 'rug'),
      await pairs('viewed', 'desk', 'lamp'),
    ]).to.deep.equal([3, 3, 3]);
    const found = (await recommended(`/products/${idOf('rug')}/recommendations`)).find(({ slug }) => slug === 'lamp');
    expect(found?.reason.text).to.equal('Looked at together with Lamp rug by 3 visitors');
    const events = await catalog.database.sql<{ data: object }>(`select data from outbox where type = 'ProductViewed'`);
    expect(events).to.have.length(9);
    expect(Object.keys(events[0]?.data ?? {})).to.have.members(['productId', 'from']);
  });

  it('forget a visit after an hour', async () => {
    await catalog.database.sql(`update visit_views set seen_at = now() - interval '61 minutes'`);
    await catalog.parts.recommender.sweep();
    expect(await catalog.database.sql('select 1 from visit_views')).to.deep.equal([]);
    expect(await pairs('viewed', 'rug', 'lamp')).to.equal(3);
  });

  it('come with what is like a product; where Elasticsearch is away, with what is popular beside it', async () => {
    const path = `/products/${idOf('lamp')}/related`;
    await until('the index finds the other lamp first', async () => {
      const { body } = await catalog.ask('GET', path);
      const slugs = (body['items'] as Item[]).map(({ slug }) => slug);
      expect(slugs).not.to.include('lamp');
      return body['degraded'] === false && slugs[0] === 'other';
    });
    const { index } = catalog.parts;
    const related = index.related.bind(index);
    index.related = () => Promise.reject(new Error('away'));
    const { body } = await catalog.ask('GET', path);
    index.related = related;
    expect(body['degraded']).to.equal(true);
    expect((body['items'] as Item[]).map(({ slug }) => slug)).to.deep.equal(['other']);
  });

  it('are of products that there are', async () => {
    for (const path of ['related', 'recommendations']) expect((await catalog.ask('GET', `/products/${v7()}/${path}`)).status).to.equal(404);
    expect((await catalog.ask('POST', `/products/${v7()}/views`, { body: { visitId: v7() } })).status).to.equal(404);
    expect((await catalog.ask('GET', '/recommendations?skus=a%20b')).status).to.equal(400);
  });
});
