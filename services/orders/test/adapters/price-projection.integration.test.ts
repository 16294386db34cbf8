import { ProductCreated } from '@cartwright/kernel/events/product-created';
import { ProductDeleted } from '@cartwright/kernel/events/product-deleted';
import { ProductUpdated } from '@cartwright/kernel/events/product-updated';
import { expect } from 'chai';
import { postgresPrices } from '../../adapters/prices.ts';
import { rebuildPrices } from '../../adapters/price-projection.ts';
import type { PriceSource, ProductPrices } from '../../ports.ts';
import { runOrders } from '../running-orders.ts';
import type { RunningOrders } from '../running-orders.ts';
import { cartWith, orderOf, productFor, snapshot } from '../shopping.ts';
import type { Product } from '../shopping.ts';

describe('The projection of prices', () => {
  let orders: RunningOrders;
  /** What catalog says; the stack's does not know the products of this test. Pages of two. */
  let says: Map<string, ProductPrices>;
  const sellerId = 'seller-7';
  const catalog: PriceSource = {
    changes: (_, version) => Promise.resolve({ items: [], version }),
    read: ({ productIds, after = '' }) => {
      const all = [...says.values()].toSorted((a, b) => (a.productId < b.productId ? -1 : 1));
      const next = all.filter(({ productId }) => productId > after).slice(0, 2);
      const items = productIds === undefined ? next : all.filter(({ productId }) => productIds.includes(productId));
      return Promise.resolve({ items: items.map((item) => ({ ...item, sellerId })), total: says.size });
    },
  };

  beforeEach(async () => {
    orders = await runOrders();
    says = new Map();
  });
  afterEach(() => orders.close());

  function tell({ productId, sku }: Product, price: number, version: number): void {
    says.set(productId, { productId, version, currency: 'USD', variants: [{ sku, title: `Walnut desk lamp ${sku}`, price }] });
  }
  async function sold(price: number): Promise<Product> {
    const product = await productFor(orders, price);
    tell(product, price, 1);
    return product;
  }
  const changed = ({ productId, sku }: Product, price: number, aggregateVersion: number) =>
    orders.deliver(ProductUpdated.create({ aggregateId: productId, aggregateVersion, data: snapshot(productId, sku, price) }));
  const deleted = ({ productId, sku }: Product, aggregateVersion: number) =>
    orders.deliver(ProductDeleted.create({ aggregateId: productId, aggregateVersion, data: { productId, skus: [sku] } }));
  const rows = () => orders.database.sql('select * from prices order by sku');
  const priceOf = async ({ sku }: Product) => (await postgresPrices(orders.database).of([sku])).get(sku)?.price;
  const rebuilt = (replace: boolean, beforeSwap?: () => Promise<void>) =>
    rebuildPrices(orders.database, catalog, { replace, ...(beforeSwap === undefined ? {} : { beforeSwap }) });

  it('can be thrown away, and comes out of what catalog says equal, with progress', async () => {
    const lamps = [await sold(4900), await sold(5900), await sold(6900)];
    await changed(lamps[1]!, 5500, 2);
    tell(lamps[1]!, 5500, 2);
    const before = await rows();
    await orders.database.sql('truncate prices');
    const progress: unknown[] = [];
    const result = await rebuildPrices(orders.database, catalog, { replace: true, onProgress: (step) => progress.push(step) });
    expect(result).to.deep.include({ products: 3, skus: 3, underway: 0 });
    expect(result.differences.map(({ columns }) => columns)).to.deep.equal(Array(3).fill(['missing']));
    expect(progress).to.deep.equal([
      { done: 2, total: 3 },
      { done: 3, total: 3 },
    ]);
    expect(await rows()).to.deep.equal(before);
    expect((await orders.ask('POST', '/api/orders', orderOf(await cartWith(orders, lamps[0]!.sku)))).status).to.equal(202);
    expect(await rebuilt(false)).to.deep.include({ differences: [], underway: 0 });
  });

  it('is only compared where that is asked for, and says which columns are not what catalog says', async () => {
    const [wrong, ghost, right] = [await sold(4900), await sold(5900), await sold(6900)];
    await orders.database.sql('update prices set price = 1 where sku = ?', [wrong.sku]);
    says.delete(ghost.productId);
    const { differences } = await rebuilt(false);
    expect(differences).to.have.deep.members([
      { sku: wrong.sku, columns: ['price'] },
      { sku: ghost.sku, columns: ['not for sale'] },
    ]);
    expect(await priceOf(wrong)).to.equal(1);
    await rebuilt(true);
    expect([await priceOf(wrong), await priceOf(ghost), await priceOf(right)]).to.deep.equal([4900, undefined, 6900]);
  });

  it('loses no change and no deletion that is applied while it is made', async () => {
    const [dearer, gone] = [await sold(4900), await sold(5900)];
    const { differences } = await rebuilt(true, async () => {
      tell(dearer, 5000, 2);
      await changed(dearer, 5000, 2);
      says.delete(gone.productId);
      await deleted(gone, 2);
    });
    expect(differences).to.deep.equal([]);
    expect([await priceOf(dearer), await priceOf(gone)]).to.deep.equal([5000, undefined]);
  });

  it('has a product again that was withdrawn and published anew while it is made', async () => {
    const lamp = await sold(4900);
    says.delete(lamp.productId);
    await deleted(lamp, 2);
    let asked = 0;
    const answers: PriceSource = {
      ...catalog,
      async read(which) {
        const answer = await catalog.read(which);
        if (which.productIds !== undefined && asked++ === 0) {
          tell(lamp, 5200, 3);
          const data = snapshot(lamp.productId, lamp.sku, 5200);
          await orders.deliver(ProductCreated.create({ aggregateId: lamp.productId, aggregateVersion: 3, data }));
        }
        return answer;
      },
    };
    await rebuildPrices(orders.database, answers, { replace: true });
    expect(await priceOf(lamp)).to.equal(5200);
  });

  it('may be ahead of events, which bring no old price back when they come', async () => {
    const lamp = await sold(4900);
    tell(lamp, 5500, 3);
    const compared = await rebuilt(false);
    expect(compared).to.deep.include({ differences: [], underway: 1 });
    await rebuilt(true);
    expect(await priceOf(lamp)).to.equal(5500);
    await changed(lamp, 5200, 2);
    expect(await priceOf(lamp)).to.equal(5500);
    await changed(lamp, 5500, 3);
    await changed(lamp, 5700, 4);
    expect(await priceOf(lamp)).to.equal(5700);
  });

  it('sells nothing that was withdrawn, whatever catalog still said when it was asked', async () => {
    const lamp = await sold(4900);
    await rebuilt(true, () => postgresPrices(orders.database).withdraw([lamp.productId]));
    expect(await priceOf(lamp)).to.equal(undefined);
  });

  it('has the prices of a seller of one moment, though they change between one page and the next', async () => {
    const lamps = [await sold(4900), await sold(5900), await sold(6900)].toSorted((a, b) => (a.productId < b.productId ? -1 : 1));
    const [early, , late] = lamps as [Product, Product, Product];
    await orders.database.sql(`insert into price_lists values (?, 3)`, [sellerId]);
    const answers: PriceSource = {
      async read(which) {
        const answer = await catalog.read(which);
        // The seller changes the early one, which was read by now, and then the late one, which was not.
        if (which.after === undefined) {
          tell(early, 5000, 2);
          tell(late, 7000, 2);
        }
        return answer;
      },
      changes: (_, version) =>
        Promise.resolve({ items: [early, late].map(({ productId }) => says.get(productId)!), version: Math.max(version, 5) }),
    };
    await rebuildPrices(orders.database, answers, { replace: true });
    expect([await priceOf(early), await priceOf(late)]).to.deep.equal([5000, 7000]);
    expect(await orders.database.sql('select version::int from price_lists')).to.deep.equal([{ version: 5 }]);
  });
});
