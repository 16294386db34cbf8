import { expect } from 'chai';
import { v7 } from 'uuid';
import { runOrders, tokenOf } from '../running-orders.ts';
import type { Answer, RunningOrders } from '../running-orders.ts';
import { cartWith, orderOf, productFor } from '../shopping.ts';
import type { Product } from '../shopping.ts';

describe('Coupons', () => {
  const hooks: { beforeCommit?: () => Promise<void> } = {};
  let orders: RunningOrders;
  let lamp: Product;
  const staff = tokenOf(v7(), 'staff');

  before(async () => {
    orders = await runOrders({ hooks });
    lamp = await productFor(orders);
  });
  after(() => orders.close());
  afterEach(() => {
    delete hooks.beforeCommit;
  });

  const create = (body: object, headers: Record<string, string> = staff) => orders.ask('POST', '/api/coupons', body, headers);
  async function cartUsing(code: string, headers: Record<string, string> = {}): Promise<string> {
    const id = await cartWith(orders, lamp.sku, 1, headers);
    expect((await orders.ask('POST', `/api/carts/${id}/coupon`, { code }, headers)).status).to.equal(200);
    return id;
  }
  const place = (cartId: string, email: string, headers: Record<string, string> = {}): Promise<Answer> =>
    orders.ask('POST', '/api/orders', { ...orderOf(cartId), email }, headers);

  it('are made and limited by staff, and by nobody else', async () => {
    const coupon = { code: ' spring-15 ', kind: 'percent', value: 1500, maxRedemptions: 3, endsAt: '2099-01-01T00:00:00Z' };
    for (const headers of [{}, tokenOf(v7()), tokenOf(v7(), 'support')])
      expect((await create(coupon, headers)).status).to.be.oneOf([401, 403]);
    expect((await create(coupon)).body).to.deep.include({ code: 'SPRING-15', maxRedemptions: 3, maxPerCustomer: null, redeemed: 0 });
    expect((await create(coupon)).body).to.include({ code: 'coupon_exists' });
    const change = (code: string, body: object) => orders.ask('PATCH', `/api/coupons/${code}`, body, staff);
    expect((await change('spring-15', { maxPerCustomer: 1, maxRedemptions: null })).status).to.equal(204);
    expect((await change('NOPE', { maxPerCustomer: 1 })).status).to.equal(404);
    expect((await change('spring-15', {})).status).to.equal(400);
    const { body } = await orders.ask('GET', '/api/coupons?limit=2', undefined, staff);
    expect((body['items'] as { code: string }[]).map(({ code }) => code)).to.deep.equal(['SAVE5', 'SPRING-15']);
    const next = await orders.ask('GET', `/api/coupons?limit=2&cursor=${String(body['nextCursor'])}`, undefined, staff);
    expect((next.body['items'] as { code: string }[]).map(({ code }) => code)).to.deep.equal(['WELCOME10']);
  });

  const wrong: [string, object, string][] = [
    ['more than all', { code: 'X1', kind: 'percent', value: 10_001 }, '/value'],
    ['an amount of no currency', { code: 'X2', kind: 'amount', value: 100 }, '/currency'],
    ['a currency that is not there', { code: 'X5', kind: 'amount', value: 100, currency: 'ZZZ' }, '/currency'],
    ['nothing', { code: 'X3', kind: 'percent', value: 0 }, '/value'],
    ['a code that cannot be typed', { code: 'ÄÖ', kind: 'percent', value: 100 }, '/code'],
  ];
  for (const [what, body, field] of wrong) {
    it(`are not made of ${what}`, async () => {
      const answer = await create(body);
      expect(answer.status).to.be.oneOf([400, 422]);
      expect((answer.body['errors'] as { field: string }[])[0]?.field).to.equal(field);
    });
  }

  it('are redeemed by a customer as often as they may be: however the address is typed, and with or without an account', async () => {
    await create({ code: 'ONE-EACH', kind: 'percent', value: 1000, maxPerCustomer: 1 });
    const ada = tokenOf(v7());
    expect((await place(await cartUsing('ONE-EACH', ada), 'ada@example.com', ada)).status).to.equal(202);
    const second = await cartUsing('ONE-EACH', ada);
    const to = { shippingAddress: { country: 'US', region: 'IL', postalCode: '62701' }, shippingMethod: 'standard' };
    const quoted = await orders.ask('POST', `/api/carts/${second}/quote`, to, ada);
    expect(quoted.body, 'not promised either').to.have.nested.property('totals.discount.amount', 0);
    expect(quoted.body).not.to.have.property('coupon');
    const again = await place(second, 'ada.other@example.com', ada);
    expect(again.body, 'the same account').to.include({ code: 'coupon_not_valid' });
    expect((await place(await cartUsing('ONE-EACH'), ' Ada@Example.com'.trim())).status, 'the same address').to.equal(409);
    expect((await place(await cartUsing('ONE-EACH'), 'bob@example.com')).status).to.equal(202);
    const keys = await orders.database.sql<{ email_key: string }>('select email_key from coupon_redemptions');
    expect(JSON.stringify(keys)).not.to.match(/@|ada|bob/i);
  });

  it('hold the limit of a customer who orders many times at the same moment', async () => {
    await create({ code: 'TWO-EACH', kind: 'percent', value: 1000, maxPerCustomer: 2 });
    const carts = await Promise.all(Array.from({ length: 6 }, () => cartUsing('TWO-EACH')));
    let waiting = 0;
    const all = Promise.withResolvers<undefined>();
    hooks.beforeCommit = async () => {
      waiting += 1;
      if (waiting >= carts.length) all.resolve(undefined);
      await all.promise;
    };
    const answers = await Promise.all(carts.map((id) => place(id, 'eve@example.com')));
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([202, 202, 409, 409, 409, 409]);
    const [coupon] = await orders.database.sql<{ redeemed: number }>(`select redeemed from coupons where code = 'TWO-EACH'`);
    expect(coupon?.redeemed).to.equal(2);
    expect((await orders.ask('PATCH', '/api/coupons/TWO-EACH', { maxRedemptions: 1 }, staff)).body).to.include({
      code: 'redeemed_more_often',
    });
  });
});
