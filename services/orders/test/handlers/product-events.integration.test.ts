import { ProductDeleted } from '@cartwright/kernel/events/product-deleted';
import { ProductUpdated } from '@cartwright/kernel/events/product-updated';
import { ProductCreated } from '@cartwright/kernel/events/product-created';
import { SidecarUnavailable } from '@cartwright/kernel/dapr/errors';
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
  /** What catalog was asked, and says. */
  let asked: number[];
  let says: () => Promise<PriceListChanges>;
  let [lamp, chair]: [Goods, Goods] = [goods(), goods()];

  beforeEach(async () => {
    asked = [];
    says = () => Promise.reject(new Error('Nothing was missed'));
    orders = await runOrders({
      catalog: {
        changes: (_, after) => {
          asked.push(after);
          return says();
        },
      },
    });
    [lamp, chair] = [goods(), goods()];
    await orders.deliver(created(lamp, 100, 1));
    await orders.deliver(created(chair, 200, 2));
  });
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

  it('follow the events, as long as these come in the order of the changes', async () => {
    await orders.deliver(changed(lamp, 110, 3));
    await orders.deliver(changed(chair, 210, 4));
    expect(await prices()).to.deep.equal([110, 210]);
    expect(asked).to.deep.equal([]);
  });

  it('never show a later change without an earlier one of another product: what is missing is asked of catalog', async () => {
    says = () => Promise.resolve({ items: [listed(lamp, 110, 2), listed(chair, 210, 2)], version: 4 });
    expect(await orders.deliver(changed(chair, 210, 4))).to.deep.equal(['SUCCESS']);
    expect(await prices()).to.deep.equal([110, 210]);
    expect(asked).to.deep.equal([2]);
    expect(await orders.deliver(changed(lamp, 110, 3))).to.deep.equal(['SUCCESS']);
    expect(await prices()).to.deep.equal([110, 210]);
  });

  it('stay as they were while catalog cannot say what is missing, and the event comes again', async () => {
    says = () => Promise.reject(new SidecarUnavailable('catalog is away', new Error('refused')));
    expect(await orders.deliver(changed(chair, 210, 4))).to.deep.equal(['RETRY']);
    expect(await prices()).to.deep.equal([100, 200]);
    await orders.deliver(changed(lamp, 110, 3));
    await orders.deliver(changed(chair, 210, 4));
    expect(await prices()).to.deep.equal([110, 210]);
  });

  it('stay away when what was missed was the end of a sale, though its last change comes late', async () => {
    says = () => Promise.resolve({ items: [listed(lamp, null, 3), listed(chair, 210, 2)], version: 5 });
    await orders.deliver(changed(chair, 210, 5));
    expect(await prices()).to.deep.equal([undefined, 210]);
    await orders.deliver(changed(lamp, 110, 3));
    expect(await prices()).to.deep.equal([undefined, 210]);
  });

  it('go with a product that is gone, though catalog tells nothing of it', async () => {
    says = () => Promise.resolve({ items: [listed(chair, 210, 2)], version: 4 });
    await orders.deliver(changed(chair, 210, 4));
    const data = { productId: lamp.productId, skus: [lamp.sku], sellerId: 'seller-7', listVersion: 3 };
    await orders.deliver(ProductDeleted.create({ aggregateId: lamp.productId, aggregateVersion: 2, data }));
    expect(await prices()).to.deep.equal([undefined, 210]);
  });

  it('come to the last change where all are delivered at the same time', async () => {
    const many = Array.from({ length: 20 }, goods);
    says = () => Promise.reject(new SidecarUnavailable('not asked here', new Error('refused')));
    const events = many.map((of, at) => created(of, 300, 3 + at));
    let statuses: string[];
    do {
      const before = await postgresPrices(orders.database).listVersion('seller-7');
      statuses = await orders.deliver(...events);
      expect(await postgresPrices(orders.database).listVersion('seller-7')).to.be.greaterThan(before);
    } while (statuses.includes('RETRY'));
    expect(await postgresPrices(orders.database).listVersion('seller-7')).to.equal(22);
  });
});
