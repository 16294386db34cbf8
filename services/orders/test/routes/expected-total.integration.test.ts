import { expect } from 'chai';
import { v7 } from 'uuid';
import { runOrders } from '../running-orders.ts';
import type { Answer, RunningOrders } from '../running-orders.ts';
import { address, cartWith, orderOf, productFor } from '../shopping.ts';
import type { Product } from '../shopping.ts';

const { country, region, postalCode } = address;
const usd = (amount: number) => ({ amount, currency: 'USD' });

/** Lets a test do something between two steps of a placement. */
const hooks: { afterSeal?: () => Promise<void> } = {};

describe('An order of the total that the customer was shown', () => {
  let orders: RunningOrders;
  let lamp: Product;
  let tea: Product;

  before(async () => {
    orders = await runOrders({ hooks: { afterSeal: async () => hooks.afterSeal?.() } });
    lamp = await productFor(orders);
    tea = await productFor(orders, 1200);
  });
  afterEach(() => {
    delete hooks.afterSeal;
  });
  after(() => orders.close());

  const place = (cartId: string, more: object = {}, headers: Record<string, string> = {}): Promise<Answer> =>
    orders.ask('POST', '/api/orders', { ...orderOf(cartId), ...more }, headers);
  const add = (cartId: string): Promise<Answer> => orders.ask('POST', `/api/carts/${cartId}/items`, { sku: tea.sku, quantity: 1 });
  const cartOf = async (cartId: string) => (await orders.ask('GET', `/api/carts/${cartId}`)).body;

  async function quoted(cartId: string): Promise<number> {
    const question = { shippingAddress: { country, region, postalCode }, shippingMethod: 'standard' };
    const { body } = await orders.ask('POST', `/api/carts/${cartId}/quote`, question);
    return (body['totals'] as { total: { amount: number } }).total.amount;
  }

  /** Totals of the orders that a cart became. */
  async function orderedTotals(cartId: string): Promise<number[]> {
    const rows = await orders.database.sql<{ id: string }>('select id from orders where cart_id = ?', [cartId]);
    const found = await Promise.all(rows.map(({ id }) => orders.orders.find(id)));
    return found.map((stored) => stored?.order.totals.total ?? NaN);
  }

  it('is refused when a line was added after the quote, with what it comes to now; the cart is as it was, and ordered at the new sum', async () => {
    const cartId = await cartWith(orders, lamp.sku);
    const shown = await quoted(cartId);
    expect((await add(cartId)).status).to.be.below(300);
    const before = await cartOf(cartId);
    // But for the id that the cart was sealed with: that is void.
    const rows = () =>
      orders.database.sql(
        `select (select count(*) from orders where cart_id is not null) as orders, (select count(*) from outbox) as outbox,
           (select count(*) from coupon_redemptions) as redemptions, (select count(*) from idempotency_keys) as keys`,
      );
    const stored = await rows();
    const refused = await place(cartId, { expectedTotal: shown }, { 'idempotency-key': v7() });
    const totals = { items: usd(6100), discount: usd(0), shipping: usd(0), tax: usd(381), total: usd(6481) };
    expect(refused.status).to.equal(409);
    expect(refused.body).to.deep.include({
      code: 'total_changed',
      detail: 'The order comes to another sum than you saw: look at it again',
      errors: [{ field: '/expectedTotal', rule: 'total', message: 'is 6481 now' }],
      totals,
    });
    expect(await rows()).to.deep.equal(stored);
    const after = await cartOf(cartId);
    expect(after).not.to.have.property('orderId');
    expect({ lines: after['lines'], totals: after['totals'] }).to.deep.equal({ lines: before['lines'], totals: before['totals'] });
    const total = await quoted(cartId);
    expect(total).to.equal(totals.total.amount);
    expect((await place(cartId, { expectedTotal: total })).status).to.equal(202);
    expect(await orderedTotals(cartId)).to.deep.equal([total]);
  });

  it('is answered again where it was placed, and a conflict that names it for who was shown another sum', async () => {
    const cartId = await cartWith(orders, lamp.sku);
    const expectedTotal = await quoted(cartId);
    const first = await place(cartId, { expectedTotal });
    expect(first.status).to.equal(202);
    expect((await place(cartId, { expectedTotal })).body).to.deep.equal(first.body);
    expect((await place(cartId)).body).to.deep.equal(first.body);
    const other = await place(cartId, { expectedTotal: expectedTotal + 1 });
    expect(other.status).to.equal(409);
    expect(other.body).to.include({ code: 'cart_already_ordered', orderId: first.body['id'] });
  });

  it('is checked anew where a line comes once the cart is sealed, which opens it', async () => {
    const cartId = await cartWith(orders, lamp.sku);
    const expectedTotal = await quoted(cartId);
    let late: Answer | undefined;
    hooks.afterSeal = async () => {
      delete hooks.afterSeal;
      late = await add(cartId);
    };
    const { status, body } = await place(cartId, { expectedTotal });
    expect(late?.status).to.be.below(300);
    expect({ status, code: body['code'] }).to.deep.equal({ status: 409, code: 'total_changed' });
    expect(await orderedTotals(cartId)).to.deep.equal([]);
    expect(await cartOf(cartId)).not.to.have.property('orderId');
  });

  it('is checked anew where another window, which was shown another sum, opened the cart in between and a line came', async () => {
    const cartId = await cartWith(orders, lamp.sku);
    const expectedTotal = await quoted(cartId);
    let twin: Answer | undefined;
    hooks.afterSeal = async () => {
      delete hooks.afterSeal;
      twin = await place(cartId, { expectedTotal: expectedTotal + 1 });
      await add(cartId);
    };
    const { status, body } = await place(cartId, { expectedTotal });
    expect(twin?.body).to.include({ code: 'total_changed' });
    expect({ status, code: body['code'] }).to.deep.equal({ status: 409, code: 'total_changed' });
    expect(await orderedTotals(cartId)).to.deep.equal([]);
  });

  it('is never of another sum, whichever comes first of a line and the order that come at once', async () => {
    for (let round = 0; round < 8; round += 1) {
      const cartId = await cartWith(orders, lamp.sku);
      const expectedTotal = await quoted(cartId);
      const both = round % 2 === 0 ? [add(cartId), place(cartId, { expectedTotal })] : [place(cartId, { expectedTotal }), add(cartId)];
      const answers = await Promise.all(both);
      const ordered = await orderedTotals(cartId);
      expect(ordered.filter((total) => total !== expectedTotal)).to.deep.equal([]);
      const refusals = answers.filter(({ status }) => status === 409).map(({ body }) => body['code']);
      expect(refusals, JSON.stringify(answers)).to.deep.equal([ordered.length === 1 ? 'cart_sealed' : 'total_changed']);
    }
  });

  for (const [words, expectedTotal] of [
    ['less than nothing', -1],
    ['a fraction', 10.5],
    ['text', '100'],
    ['more than an amount may be', 1_000_000_000_001],
  ] as const)
    it(`is refused as bad input where that is ${words}`, async () => {
      const { status, body } = await place(await cartWith(orders, lamp.sku), { expectedTotal });
      expect(status).to.be.within(400, 422);
      expect((body['errors'] as { field: string }[]).map(({ field }) => field)).to.deep.equal(['/expectedTotal']);
    });
});
