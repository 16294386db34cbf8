import { PaymentAuthorized } from '@cartwright/kernel/events/payment-authorized';
import { PaymentCaptured } from '@cartwright/kernel/events/payment-captured';
import { ProductCreated } from '@cartwright/kernel/events/product-created';
import { StockReserved } from '@cartwright/kernel/events/stock-reserved';
import { expect } from 'chai';
import { v7 } from 'uuid';
import type { RunningOrders } from './running-orders.ts';

export const address = { name: 'Ada', line1: '1 Main Street', city: 'Springfield', region: 'IL', postalCode: '62701', country: 'US' };

export interface Product {
  readonly productId: string;
  readonly sku: string;
}

/** A product that orders was told about. */
export async function productFor(orders: RunningOrders, price = 4900, currency = 'USD'): Promise<Product> {
  const productId = v7();
  const sku = `LAMP-${productId.slice(-12)}`;
  expect(
    await orders.deliver(
      ProductCreated.create({ aggregateId: productId, aggregateVersion: 1, data: snapshot(productId, sku, price, currency) }),
    ),
  ).to.deep.equal(['SUCCESS']);
  return { productId, sku };
}

export function snapshot(productId: string, sku: string, price: number, currency = 'USD') {
  return {
    productId,
    slug: sku.toLowerCase(),
    title: 'Walnut desk lamp',
    brand: 'Fennwood',
    category: 'lighting',
    sellerId: 'seller-7',
    currency,
    variants: [{ sku, title: `Walnut desk lamp ${sku}`, price, options: {} }],
  };
}

export async function cartWith(orders: RunningOrders, sku: string, quantity = 1, headers: Record<string, string> = {}): Promise<string> {
  const { status, body } = await orders.ask('POST', '/api/carts', { lines: [{ sku, quantity }] }, headers);
  expect(status, JSON.stringify(body)).to.equal(201);
  return body['id'] as string;
}

export function orderOf(cartId: string) {
  return {
    cartId,
    email: 'ada@example.com',
    shippingAddress: address,
    shippingMethod: 'standard',
    payment: { provider: 'sandbox', token: 'tok_ok' },
  };
}

export interface Placed {
  readonly id: string;
  readonly number: string;
  readonly accessKey: string;
}

export async function placedOrder(orders: RunningOrders, sku: string, headers: Record<string, string> = {}, quantity = 1): Promise<Placed> {
  const { status, body } = await orders.ask('POST', '/api/orders', orderOf(await cartWith(orders, sku, quantity, headers)), headers);
  expect(status, JSON.stringify(body)).to.equal(202);
  return body as unknown as Placed;
}

export const reserved = (orderId: string) => StockReserved.create({ aggregateId: orderId, aggregateVersion: 1, data: { orderId } });
export const authorized = (orderId: string, aggregateVersion = 1) =>
  PaymentAuthorized.create({
    aggregateId: orderId,
    aggregateVersion,
    data: { orderId, paymentId: v7(), provider: 'sandbox', amount: 100, currency: 'USD' },
  });
export const captured = (orderId: string, aggregateVersion = 2) =>
  PaymentCaptured.create({ aggregateId: orderId, aggregateVersion, data: { orderId, amount: 100, currency: 'USD' } });

export async function confirmedOrder(
  orders: RunningOrders,
  sku: string,
  headers: Record<string, string> = {},
  quantity = 1,
): Promise<Placed> {
  const order = await placedOrder(orders, sku, headers, quantity);
  expect(await orders.deliver(reserved(order.id))).to.deep.equal(['SUCCESS']);
  expect(await orders.deliver(authorized(order.id))).to.deep.equal(['SUCCESS']);
  return order;
}
