import { setTimeout as delay } from 'node:timers/promises';
import { v7 } from 'uuid';
import { Customer } from '../shop/client.ts';
import type { Placed } from '../shop/client.ts';
import { runningStack } from '../stack.ts';

/** Somebody who leaves traces wherever the shop lets a person leave some. */
export interface Person {
  readonly userId: string;
  readonly password: string;
  readonly customer: Customer;
  /** Values that nobody else has, by what they are. */
  readonly planted: Readonly<Record<'email' | 'name' | 'street' | 'phone' | 'device' | 'recipient' | 'author' | 'reason', string>>;
  /** Of a catalogue product, which this person has bought. */
  readonly product: { readonly id: string; readonly sku: string };
  /** Paid, and sent. */
  readonly sent: Placed;
  /** Paid, and not sent yet. */
  readonly waiting: Placed;
  readonly addressId: string;
  /** SKUs that the person waits for: asked for as a guest under the same address, and as a user. */
  readonly soldOut: readonly [string, string];
}

const { gatewayUrl } = runningStack();

/** Asks until an answer is as it should be. */
export async function eventually<T>(what: string, ask: () => Promise<T>, holds: (answer: T) => boolean, withinMs = 60_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (Date.now() > deadline)
      throw new Error(`Not within ${String(withinMs / 1000)} s: ${what}; last: ${JSON.stringify(answer).slice(0, 1000)}`);
    await delay(100);
  }
}

/** Staff of the running stack. */
export async function staff(): Promise<Customer> {
  const member = new Customer(gatewayUrl);
  await member.logIn('staff@cartwright.test', 'staff-Passw0rd!');
  return member;
}

export async function personWithTraces(): Promise<Person> {
  const mark = v7().replaceAll('-', '').slice(8, 24);
  const digits = String(Number.parseInt(mark.slice(-8), 16))
    .padStart(10, '0')
    .slice(-10);
  const planted = {
    email: `planted-${mark}@example.test`,
    name: `Planted Person ${mark}`,
    street: `${mark} Planted Street`,
    phone: `+49${digits}`,
    device: `PlantedBrowser/${mark}`,
    recipient: `Recipient ${mark} Planted`,
    author: `Author ${mark}`,
    reason: `Planted Name ${mark} has moved`,
  };
  const password = `planted Passphrase ${mark}`;
  const customer = new Customer(gatewayUrl);
  const soldOut = await twoSoldOut(v7().slice(-12));
  await customer.ask('POST', '/api/notifications/back-in-stock', { sku: soldOut[0], email: planted.email });
  const { user } = await customer.enter(
    '/api/auth/register',
    { email: planted.email, password, name: planted.name },
    { 'user-agent': planted.device },
  );
  const address = { name: planted.recipient, line1: planted.street, city: 'Springfield', region: 'IL', postalCode: '62701', country: 'US' };
  const { id: addressId } = await customer.ask<{ id: string }>('POST', '/api/auth/me/addresses', address);
  await customer.ask('PUT', '/api/notifications/preferences', { email: { updates: true }, sms: { updates: true, phone: planted.phone } });
  await customer.ask('POST', '/api/notifications/back-in-stock', { sku: soldOut[1] });
  const product = await buyable(customer);
  const buy = async (): Promise<Placed> => {
    const cartId = await customer.fillCart([{ sku: product.sku, quantity: 1 }]);
    const placed = await customer.ask<Placed>('POST', '/api/orders', {
      cartId,
      email: planted.email,
      shippingAddress: address,
      shippingMethod: 'standard',
      payment: { provider: 'sandbox', token: 'tok_ok' },
    });
    const { status } = await customer.untilSettled(placed);
    if (status !== 'confirmed') throw new Error(`The order is ${status}`);
    await eventually(
      'the order is paid',
      () => customer.readOrder(placed),
      ({ paymentStatus }) => paymentStatus === 'captured',
    );
    return placed;
  };
  const [sent, waiting] = [await buy(), await buy()];
  await customer.ask('POST', `/api/catalog/products/${product.id}/reviews`, {
    author: planted.author,
    rating: 5,
    text: 'Just as it was shown.',
  });
  await (await staff()).ask('POST', `/api/orders/${sent.id}/ship`);
  const lines = [{ sku: product.sku, quantity: 1 }];
  await customer.ask('POST', `/api/orders/${sent.id}/returns`, { lines, reason: planted.reason }, { 'idempotency-key': mark });
  return { userId: user.id, password, customer, planted, product, sent, waiting, addressId, soldOut };
}

/** Two SKUs of which nothing is left. */
async function twoSoldOut(mark: string): Promise<readonly [string, string]> {
  const member = await staff();
  const skus = [`GONE-${mark}-1`, `GONE-${mark}-2`] as const;
  const [slug, variants] = [`gone-${mark}`, skus.map((sku) => ({ sku, price: 1900 }))];
  await member.ask('POST', '/api/catalog/categories', { slug, name: slug, parent: null });
  await member.ask('POST', '/api/catalog/products', {
    title: slug,
    slug,
    description: 'All of it is sold.',
    brand: 'Gone',
    category: slug,
    variants,
  });
  await member.ask('PUT', '/api/inventory', { items: skus.map((sku) => ({ sku, onHand: 0 })) });
  return skus;
}

/** A product of the catalogue of which there is much. */
async function buyable(customer: Customer): Promise<{ id: string; sku: string }> {
  const { items } = await customer.ask<{ items: { id: string }[] }>('GET', '/api/catalog/search?inStock=true&limit=20');
  for (const { id } of items) {
    const { variants } = await customer.ask<{ variants: { sku: string; available: number }[] }>('GET', `/api/catalog/products/${id}`);
    const variant = variants.find(({ available }) => available > 10);
    if (variant !== undefined) return { id, sku: variant.sku };
  }
  throw new Error('Nothing of the catalogue can be bought');
}
