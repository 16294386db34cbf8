import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Customer, ShopError, finalStatuses } from '../shop/client.ts';
import type { Placed } from '../shop/client.ts';
import type { Stack } from '../stack.ts';
import { choose } from './choices.ts';
import type { Aftermath, Choice, Habits, Purchase } from './choices.ts';
import type { Goods } from './goods.ts';
import { PatientCustomer } from './patient-client.ts';
import { randomFrom } from './random.ts';
import { sellerOf } from './seller.ts';
import type { Seller } from './seller.ts';

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
  readonly seller: Pick<Seller, 'adjustments' | 'deletions'>;
  /** Ends the load: those who are shopping finish what they are at. */
  stop(): Promise<void>;
}

export interface LoadOptions {
  readonly seed: number;
  /** What the load is for: with the seed, it makes the choices. */
  readonly name: string;
  readonly customers: number;
  readonly habits?: Habits | undefined;
}

const staffAccount = { email: 'staff@cartwright.test', password: 'staff-Passw0rd!' };
const settleMs = 8000;
const bankMs = 100_000;

/** Shoppers and staff at work, until stopped. What a customer does as their n-th step follows from the seed, however the steps before went. */
export function startLoad(stack: Pick<Stack, 'gatewayUrl'>, goods: Goods, { seed, name, customers, habits }: LoadOptions): Load {
  const stopped = new AbortController();
  const lived: Lived[] = [];
  const answers = new Map<string, number>();
  const count = (what: string): void => {
    answers.set(what, (answers.get(what) ?? 0) + 1);
  };
  const parts = { stopped: stopped.signal, count };
  const staff = new PatientCustomer(stack.gatewayUrl, { ...parts, credentials: staffAccount });
  const seller = sellerOf(goods, staff);

  async function shop(number: number): Promise<void> {
    const customer = new PatientCustomer(stack.gatewayUrl, parts);
    for (let step = 0; !stopped.signal.aborted; step += 1) {
      try {
        await act(customer, choose(randomFrom(seed, name, number, step), habits));
      } catch (error) {
        count(error instanceof ShopError ? `${String(error.status)} ${String(error.problem['code'])}` : 'gave up');
      }
    }
  }

  async function act(customer: Customer, choice: Choice): Promise<void> {
    switch (choice.what) {
      case 'buy':
        return buy(customer, choice);
      case 'look':
        await customer.ask('GET', `/api/catalog/products/${goods.at(choice.place).id}`);
        await customer.ask('GET', '/api/catalog/search?q=chaos');
        return;
      case 'adjust':
        return seller.adjust(choice.place, choice.delta);
      case 'reprice':
        return seller.reprice(choice.place, choice.price);
      case 'replace':
        return seller.replace(choice.place);
    }
  }

  async function buy(customer: Customer, { lines, token, cancel: thinksBetter, approve, aftermath }: Purchase): Promise<void> {
    const wanted = lines.map(({ place, quantity }) => ({ sku: goods.at(place).sku, quantity }));
    const cartId = await customer.fillCart(wanted);
    const placedAt = performance.now();
    const order = await customer.placeOrder(cartId, `${randomUUID()}@customers.test`, token);
    const one: Lived = { order, placedAt };
    lived.push(one);
    if (thinksBetter) await cancel(customer, order);
    if (token === 'tok_3ds') void answerBank(order, approve);
    await follow(customer, one);
    if (one.status === 'confirmed') await afterSales(customer, order, wanted[0]?.sku ?? '', aftermath);
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
  async function afterSales(customer: Customer, order: Placed, sku: string, aftermath: Aftermath): Promise<void> {
    if (aftermath.what === 'nothing') return;
    if (aftermath.what === 'cancel') {
      await cancel(customer, order);
      return;
    }
    await untilCaptured(customer, order);
    const { id, accessKey } = order;
    const once = (): Record<string, string> => ({ 'idempotency-key': randomUUID() });
    if (aftermath.what === 'refund') {
      const amount = { amount: aftermath.amount, currency: 'USD' };
      await staff.ask('POST', `/api/orders/${id}/refund`, { amount, reason: 'goodwill' }, once());
      return;
    }
    await staff.ask('POST', `/api/orders/${id}/ship`, undefined, once());
    await staff.ask('POST', `/api/orders/${id}/deliver`, undefined, once());
    const wish = { lines: [{ sku, quantity: 1 }], reason: 'too dark' };
    const back = await customer.ask<{ id: string }>('POST', `/api/orders/${id}/returns`, wish, { 'order-key': accessKey, ...once() });
    await staff.ask('POST', `/api/orders/${id}/returns/${back.id}/receive`, { restock: aftermath.restock }, once());
  }

  async function untilCaptured(customer: Customer, order: Placed): Promise<void> {
    const until = performance.now() + settleMs;
    while (performance.now() < until) {
      if ((await customer.readOrder(order)).paymentStatus === 'captured') return;
      await delay(60);
    }
  }

  const shoppers = Array.from({ length: customers }, (_, number) => shop(number));
  return {
    lived,
    answers,
    seller,
    async stop() {
      stopped.abort();
      await Promise.all(shoppers);
    },
  };
}
