import { fold } from '../../domain/order.ts';
import type { Order, OrderEvent, PlacedData } from '../../domain/order.ts';
import type { OrderStatus } from '../../domain/order-states.ts';

export const orderId = '0193a6f0-0000-7000-8000-000000000001';

export const placedData: PlacedData = {
  number: 'CW-7K2MD-9QXDV',
  cartId: '0193a6f0-0000-7000-8000-000000000003',
  customerId: null,
  currency: 'USD',
  lines: [{ sku: 'LAMP', title: 'Lamp', quantity: 2, unitPrice: 4900, total: 9800 }],
  totals: { items: 9800, discount: 0, shipping: 0, tax: 613, total: 10_413 },
  couponCode: null,
  shippingMethod: 'standard',
  provider: 'sandbox',
};

const placed: OrderEvent = { type: 'OrderPlaced', data: placedData };
const reserved: OrderEvent = { type: 'OrderReserved', data: {} };
const authorized: OrderEvent = { type: 'OrderAuthorized', data: {} };

/** A history that ends in each status. */
export const histories: Readonly<Record<OrderStatus, readonly OrderEvent[]>> = {
  placed: [placed],
  reserved: [placed, reserved],
  rejected: [placed, { type: 'OrderRejected', data: { shortages: [{ sku: 'LAMP', requested: 2, available: 1 }] } }],
  authorized: [placed, reserved, authorized],
  payment_failed: [placed, reserved, { type: 'OrderPaymentFailed', data: { reason: 'card_declined' } }],
  confirmed: [placed, reserved, authorized, { type: 'OrderConfirmed', data: {} }],
  cancelled: [placed, { type: 'OrderCancelled', data: { reason: 'customer', previousStatus: 'placed' } }],
};

export function orderThatIs(status: OrderStatus, ...more: readonly OrderEvent[]): Order {
  return fold(orderId, [...histories[status], ...more]);
}
