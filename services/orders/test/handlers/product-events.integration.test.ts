import { ProductDeleted } from '@cartwright/kernel/events/product-deleted';
import { ProductUpdated } from '@cartwright/kernel/events/product-updated';
import { ProductCreated } from '@cartwright/kernel/events/product-created';
import type { NewEvent } from '@cartwright/kernel/events/event';
import { until } from '@cartwright/kernel/test/postgres/test-database';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { postgresPrices } from '../../adapters/prices.ts';
import type { PriceListChanges } from '../../ports.ts';
import { runOrders } from '../running-orders.ts';
import type { RunningOrders } from '../running-orders.ts';
import { snapshot } from '../shopping.ts';

interface Goods {
  readonly productId: string;
  readonly sku: string;
}

describe('Prices of one seller', () => {
  let orders: RunningOrders;
  /** From which version catalog was asked, and what it says. */
  let asked: number[];
  let says: PriceListChanges | undefined;
  let [lamp, chair]: [Goods, Goods] = [goods(), goods()];

  async function run(patienceSeconds?: number): Promise<void> {
    asked = [];
    says = undefined;
    orders = await runOrders({
      catalog: {
        changes: (_, after) => {
          asked.push(after);
          return says === undefined ? Promise.reject(new Error('catalog is away')) : Promise.resolve(says);
        },
      },
      ...(patienceSeconds === undefined ? {} : { patienceSeconds }),
    });
    [lamp, chair] = [goods(), goods()];
    await deliver(created(lamp, 100, 1));
    await deliver(created(chair, 200, 2));
  }
  beforeEach(() => run());
  afterEach(() => orders.close());

  function goods(): Goods {
    const productId = v7();
    return { productId, sku: `SKU-${productId.slice(-12)}` };
  }
  const told = ({ productId, sku }: Goods, price: number, listVersion: number) => ({ ...snapshot(productId, sku, price), listVersion });
  const created = (of: Goods, price: number, listVersion: number) =>
    ProductCreated.create({ aggregateId: of.productId, aggregateVersion: 1, data: told(of, price, listVersion) });
  const changed = (of: Goods, price: number, listVersion: number, aggregateVersion = 2) =>
    ProductUpdated.create({ aggregateId: of.productId, aggregateVersion, data: told(of, price, listVersion) });
  const listed = ({ productId, sku }: Goods, price: number | null, version: number) => ({
    productId,
    version,
    currency: 'USD',
    variants: price === null ? [] : [{ sku, title: 'As catalog says', price }],
  });
  async function prices(): Promise<(number | undefined)[]> {
    const found = await postgresPrices(orders.database).of([lamp.sku, chair.sku]);
    return [lamp, chair].map(({ sku }) => found.get(sku)?.price);
  }

  const removed = (of: Goods, listVersion: number) =>
    ProductDeleted.create({
      ...{ aggregateId: of.productId, aggregateVersion: 2 },
      data: { productId: of.productId, skus: [of.sku], sellerId: 'seller-7', listVersion },
    });
  /** Delivers, and waits until what can be taken over was. */
  async function deliver(...events: NewEvent[]): Promise<void> {
    expect(new Set(await orders.deliver(...events))).to.deep.equal(new Set(['SUCCESS']));
    await orders.priceLists.settle();
  }

  it('follow the events, as long as these come in the order of the changes', async () => {
    await deliver(changed(lamp, 110, 3));
    await deliver(changed(chair, 210, 4));
    expect(await prices()).to.deep.equal([110, 210]);
  });

  it('never show a later change without an earlier one of another product', async () => {
    await deliver(changed(chair, 210, 4));
    expect(await prices()).to.deep.equal([100, 200]);
    await deliver(changed(lamp, 110, 3));
    expect(await prices()).to.deep.equal([110, 210]);
    expect(await orders.database.sql('select 1 from price_list_steps')).to.deep.equal([]);
    expect(asked).to.deep.equal([]);
  });

  it('are taken over right after the event, without anybody waiting for a sweep', async () => {
    await orders.deliver(changed(lamp, 110, 3));
    await until('it was taken over', async () => (await prices())[0] === 110);
    expect(await prices()).to.deep.equal([110, 200]);
  });

  it('end with the product, in their place', async () => {
    await deliver(changed(chair, 210, 4));
    await deliver(removed(lamp, 3));
    expect(await prices()).to.deep.equal([undefined, 210]);
  });

  it('come to the last change where many are delivered at the same time, in any order', async () => {
    const many = Array.from({ length: 600 }, goods);
    await deliver(...many.map((of, at) => created(of, 300 + at, 3 + at)).reverse());
    const found = await postgresPrices(orders.database).of(many.map(({ sku }) => sku));
    expect(many.map(({ sku }) => found.get(sku)?.price)).to.deep.equal(many.map((_, at) => 300 + at));
  });

  it('of events of a time before there were lists are those of the product alone', async () => {
    const { listVersion: _, ...data } = told(lamp, 150, 9);
    await deliver(ProductUpdated.create({ aggregateId: lamp.productId, aggregateVersion: 2, data }));
    expect(await prices()).to.deep.equal([150, 200]);
  });

  describe('that wait in vain for a change', () => {
    beforeEach(async () => {
      await orders.close();
      await run(0);
    });

    it('are asked of catalog, all that changed since at once, and go on from there', async () => {
      says = { items: [listed(lamp, null, 3), listed(chair, 210, 2)], version: 5 };
      await deliver(changed(chair, 210, 5));
      expect(await prices()).to.deep.equal([undefined, 210]);
      expect(asked).to.deep.equal([2]);
      await deliver(changed(lamp, 110, 3));
      expect(await prices(), 'what was missed comes late').to.deep.equal([undefined, 210]);
      await deliver(changed(chair, 220, 6, 3));
      expect(await prices()).to.deep.equal([undefined, 220]);
    });

    it('stay as they were while catalog cannot say', async () => {
      await orders.deliver(changed(chair, 210, 4));
      const failure = await orders.priceLists.settle().then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(failure).to.be.an('error').with.property('message', 'catalog is away');
      expect(await prices()).to.deep.equal([100, 200]);
    });
  });
});
