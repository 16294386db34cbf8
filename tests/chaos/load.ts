import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Adjustment } from '../checker/goods.ts';
import { Customer, ShopError, finalStatuses } from '../shop/client.ts';
import type { Line, Placed } from '../shop/client.ts';
import type { Stack } from '../stack.ts';
import { PatientCustomer } from './patient-client.ts';
import { randomFrom } from './random.ts';
import type { Random } from './random.ts';
import type { Goods } from './goods.ts';

/** An order that the shop has acknowledged, as its customer lived through it; times are `performance.now()`. */
export interface Lived {
  readonly order: Placed;
  readonly placedAt: number;
  settledAt?: number;
  status?: string;
}

export interface Load {
  readonly lived: readonly Lived[];
  /** Answers other than success, by status and code; `no answer` where there was none. */
  readonly answers: ReadonlyMap<string, number>;
  /** Adjustments of stock that were asked for, each for a reason of its own. */
  readonly adjustments: readonly Adjustment[];
  /** Ends the load: those who are shopping finish what they are at. */
  stop(): Promise<void>;
}

const staffAccount = { email: 'staff@cartwright.test', password: 'staff-Passw0rd!' };
/** How customers pay: mostly well, and in every other way that the sandbox knows. */
const tokens = [
  ...Array<string>(24).fill('tok_ok'),
  ...['tok_declined', 'tok_insufficient_funds', 'tok_slow', 'tok_twice', 'tok_twice', 'tok_3ds', 'tok_capture_fails'],
  ...['tok_answer_lost', 'tok_timeout'],
];
const settleMs = 8000;
const bankMs = 100_000;

/** Shoppers and staff at work, until stopped; what they choose follows from the seed. */
export function startLoad(stack: Pick<Stack, 'gatewayUrl'>, goods: Goods, { seed, customers }: { seed: number; customers: number }): Load {
  const stopped = new AbortController();
  const lived: Lived[] = [];
  const adjustments: Adjustment[] = [];
  let selling: Promise<void> = Promise.resolve();
  const answers = new Map<string, number>();
  const count = (what: string): void => {
    answers.set(what, (answers.get(what) ?? 0) + 1);
  };
  const parts = { stopped: stopped.signal, count };
  const staff = new PatientCustomer(stack.gatewayUrl, { ...parts, credentials: staffAccount });

  async function shop(number: number): Promise<void> {
    const random = randomFrom(seed * 1000 + number);
    const customer = new PatientCustomer(stack.gatewayUrl, parts);
    while (!stopped.signal.aborted) {
      try {
        const what = random.upTo(100);
        if (what < 86) await buy(customer, random);
        else if (what < 95) await adjust(random);
        else await reprice(random);
      } catch (error) {
        count(error instanceof ShopError ? `${String(error.status)} ${String(error.problem['code'])}` : 'gave up');
      }
    }
  }

  async function buy(customer: Customer, random: Random): Promise<void> {
    const lines = goods.choose(random);
    const token = random.oneOf(tokens);
    const cartId = await customer.fillCart(lines);
    const placedAt = performance.now();
    const order = await customer.placeOrder(cartId, `${randomUUID()}@customers.test`, token);
    const one: Lived = { order, placedAt };
    lived.push(one);
    if (random.percent(6)) await cancel(customer, order);
    if (token === 'tok_3ds') void answerBank(order, random.percent(70));
    await follow(customer, one);
    if (one.status === 'confirmed' && random.percent(12)) await afterSales(customer, order, lines, random);
  }

  /** Looks at the order until it is settled, for a while: who waits for ever buys nothing more. */
  async function follow(customer: Customer, one: Lived): Promise<void> {
    const until = performance.now() + settleMs;
    while (performance.now() < until) {
      const { status } = await customer.readOrder(one.order);
      if (finalStatuses.includes(status)) {
        one.settledAt = performance.now();
        one.status = status;
        return;
      }
      await delay(60);
    }
  }

  const cancel = (customer: Customer, { id, accessKey }: Placed) =>
    customer.ask('POST', `/api/orders/${id}/cancel`, {}, { 'order-key': accessKey });

  /** The bank's question comes once the stock is held. Its page waits as long as anybody waits: an order that nobody pays would be cancelled later. */
  async function answerBank(order: Placed, approve: boolean): Promise<void> {
    const bank = new Customer(stack.gatewayUrl);
    const until = Date.now() + bankMs;
    while (Date.now() < until) {
      try {
        if (finalStatuses.includes((await bank.readOrder(order)).status)) return;
        await bank.ask('POST', `/api/payments/sandbox/${order.id}/complete`, { outcome: approve ? 'approve' : 'decline' });
        return;
      } catch {
        await delay(200); // not asked yet, or the shop is away
      }
    }
  }

  /** Shipped, sent back, refunded, cancelled: once each, by idempotency keys where an answer may be lost. */
  async function afterSales(customer: Customer, { id, accessKey }: Placed, lines: readonly Line[], random: Random): Promise<void> {
    if (random.percent(30)) {
      await cancel(customer, { id, accessKey, number: '' });
      return;
    }
    await untilCaptured(customer, { id, accessKey, number: '' });
    const once = (): Record<string, string> => ({ 'idempotency-key': randomUUID() });
    if (random.percent(50)) {
      const amount = { amount: 1 + random.upTo(50), currency: 'USD' };
      await staff.ask('POST', `/api/orders/${id}/refund`, { amount, reason: 'goodwill' }, once());
      return;
    }
    await staff.ask('POST', `/api/orders/${id}/ship`, undefined, once());
    await staff.ask('POST', `/api/orders/${id}/deliver`, undefined, once());
    const wish = { lines: lines.slice(0, 1).map(({ sku }) => ({ sku, quantity: 1 })), reason: 'too dark' };
    const back = await customer.ask<{ id: string }>('POST', `/api/orders/${id}/returns`, wish, { 'order-key': accessKey, ...once() });
    await staff.ask('POST', `/api/orders/${id}/returns/${back.id}/receive`, { restock: random.percent(80) }, once());
  }

  async function untilCaptured(customer: Customer, order: Placed): Promise<void> {
    const until = performance.now() + settleMs;
    while (performance.now() < until) {
      if ((await customer.readOrder(order)).paymentStatus === 'captured') return;
      await delay(60);
    }
  }

  async function adjust(random: Random): Promise<void> {
    const key = randomUUID();
    const one: Adjustment = { sku: random.oneOf(goods.skus), reason: `restock ${key}`, delta: 1 + random.upTo(20), acknowledged: false };
    adjustments.push(one);
    const { sku, reason, delta } = one;
    await staff.ask('POST', `/api/inventory/${sku}/adjustments`, { delta, reason }, { 'idempotency-key': key });
    one.acknowledged = true;
  }

  /** The seller changes one price after the other, so that the later one follows from the earlier one. */
  function reprice(random: Random): Promise<void> {
    const product = random.oneOf(goods.products);
    const variants = [{ sku: product.sku, price: 500 + random.upTo(5000) }];
    const mine = selling.then(() => staff.ask<undefined>('PATCH', `/api/catalog/products/${product.id}`, { variants }));
    selling = mine.catch(() => undefined);
    return mine;
  }

  const shoppers = Array.from({ length: customers }, (_, number) => shop(number));
  return {
    lived,
    answers,
    adjustments,
    async stop() {
      stopped.abort();
      await Promise.all(shoppers);
    },
  };
}
