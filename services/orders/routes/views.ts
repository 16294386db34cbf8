// What clients see of carts and orders: schemas, and what fills them.
import type { CartState } from '@cartwright/cart/state';
import {
  Currency,
  Email,
  KeptAddress,
  Money,
  NextAction,
  OrderLine,
  Quantity,
  Sku,
  Timestamp,
  Totals,
  Uuid,
} from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { applyCoupon } from '../domain/coupon.ts';
import type { Coupon, CouponResult } from '../domain/coupon.ts';
import { fulfilments, orderStatuses, paymentStatuses } from '../domain/order-states.ts';
import type { Contact, RecordedEvent, StoredOrder } from '../ports.ts';
import { itemsOf } from '../domain/totals.ts';
import type { OrderLine as DomainLine, OrderTotals } from '../domain/totals.ts';
import { dataWithWords, withWords } from '../domain/words.ts';
import { keyHeader } from './order-access.ts';

export const closed = { additionalProperties: false };
export const OneOrder = Type.Object({ id: Uuid }, closed);
export const KeyHeaders = Type.Object({
  [keyHeader]: Type.Optional(Type.String({ maxLength: 200, description: "The order's accessKey, for guests" })),
});

const CouponRefusal = Type.Object(
  {
    reason: Type.Enum(['gone', 'currency', 'minimum'], { description: 'gone: it has ended, or was redeemed as often as it may be' }),
    minimumItems: Type.Optional({ ...Money, description: 'The least sum of items for it to count, where they are less' }),
  },
  { ...closed, description: 'Why the coupon does not count; missing where it does. The cart cannot be ordered with it' },
);

export const CartView = Type.Object(
  {
    id: Uuid,
    currency: Currency,
    lines: Type.Array(OrderLine),
    coupon: Type.Optional(Type.String({ description: 'Code; whether it counts shows in totals.discount' })),
    couponRefusal: Type.Optional(CouponRefusal),
    totals: Totals,
    orderId: Type.Optional({ ...Uuid, description: 'The order that the cart became; it can be changed no more' }),
    abandoned: Type.Boolean(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  },
  { ...closed, description: 'Shipping and tax are 0: they depend on the address, and POST /api/carts/{id}/quote tells them' },
);
export type CartView = Static<typeof CartView>;

/** Lines with amounts that say what currency they are in. */
export function linesView(lines: readonly DomainLine[], currency: string): OrderLine[] {
  return lines.map((line) => ({ ...line, unitPrice: { amount: line.unitPrice, currency }, total: { amount: line.total, currency } }));
}

export function totalsView({ items, discount, shipping, tax, total }: OrderTotals, currency: string): Totals {
  const money = (amount: number): Money => ({ amount, currency });
  return { items: money(items), discount: money(discount), shipping: money(shipping), tax: money(tax), total: money(total) };
}

export function cartView(cart: CartState, coupon: Coupon | undefined): CartView {
  const lines = cart.lines.map(({ sku, title, quantity, unitPrice }) => ({ sku, title, quantity, unitPrice, total: quantity * unitPrice }));
  const items = itemsOf(lines);
  const applied = coupon === undefined ? ({ refusal: 'gone' } as const) : applyCoupon(coupon, items, cart.currency);
  const discount = 'discount' in applied ? applied.discount : 0;
  return {
    id: cart.id,
    currency: cart.currency,
    lines: linesView(lines, cart.currency),
    ...(cart.coupon === null ? {} : { coupon: cart.coupon, ...refusalView(applied, coupon?.minimumItems, cart.currency) }),
    totals: totalsView({ items, discount, shipping: 0, tax: 0, total: items - discount }, cart.currency),
    ...(cart.orderId === null ? {} : { orderId: cart.orderId }),
    abandoned: cart.abandonedAt !== null,
    createdAt: cart.createdAt,
    updatedAt: cart.changedAt,
  };
}

function refusalView(
  applied: CouponResult | { readonly refusal: 'gone' },
  minimumItems: number | undefined,
  currency: string,
): Pick<CartView, 'couponRefusal'> {
  if ('discount' in applied) return {};
  const { refusal: reason } = applied;
  if (reason !== 'minimum' || minimumItems === undefined) return { couponRefusal: { reason } };
  return { couponRefusal: { reason, minimumItems: { amount: minimumItems, currency } } };
}

export const WantedLine = Type.Object({ sku: Sku, quantity: Quantity }, closed);

const Units = Type.Object({ sku: Sku, quantity: Type.Integer({ minimum: 1, maximum: 999_000 }) }, closed);
/** Units that a request names. */
export const someUnits = Type.Array(WantedLine, { minItems: 1, maxItems: 500 });
const Text = Type.String();

export const ReturnView = Type.Object(
  { id: Uuid, lines: Type.Array(Units), reason: Text, status: Type.Enum(['requested', 'received', 'rejected']) },
  closed,
);
const ShipmentView = Type.Object(
  {
    id: Uuid,
    lines: Type.Array(Units),
    carrier: Type.Optional(Text),
    trackingNumber: Type.Optional(Text),
    delivered: Type.Boolean(),
  },
  closed,
);
const CancellationView = Type.Object({ id: Uuid, lines: Type.Array(Units), reason: Text }, closed);
const RefundView = Type.Object({ id: Uuid, amount: Money, reason: Text, status: Type.Enum(['requested', 'done', 'failed']) }, closed);

const orderFields = {
  id: Uuid,
  number: Type.String(),
  status: Type.Enum([...orderStatuses]),
  fulfilment: Type.Enum([...fulfilments]),
  paymentStatus: Type.Enum([...paymentStatuses]),
  currency: Currency,
  lines: Type.Array(OrderLine),
  totals: Totals,
  coupon: Type.Optional(Type.String()),
  shippingMethod: Type.String(),
  payment: Type.Object({ provider: Type.String(), nextAction: Type.Optional(NextAction) }, closed),
  retryCartId: Type.Optional({ ...Uuid, description: 'A new cart with the same lines, when the order came to nothing' }),
  refunded: Money,
  shipments: Type.Array(ShipmentView),
  refunds: Type.Array(RefundView),
  returns: Type.Array(ReturnView),
  cancellations: Type.Array(CancellationView, { description: 'What was left of a partly shipped order, and will not be sent' }),
  createdAt: Timestamp,
};
export const OrderView = Type.Object(orderFields, closed);
export type OrderView = Static<typeof OrderView>;

/** An order with whom it is for; the contact is missing where it was erased. */
export const OrderDetails = Type.Object(
  { ...orderFields, contact: Type.Optional(Type.Object({ email: Email, shippingAddress: KeptAddress }, closed)) },
  closed,
);

export function orderView({ order: kept, createdAt, words }: StoredOrder): OrderView {
  const order = withWords(kept, words);
  const money = (amount: number): Money => ({ amount, currency: order.currency });
  return {
    id: order.id,
    number: order.number,
    status: order.status,
    fulfilment: order.fulfilment,
    paymentStatus: order.paymentStatus,
    currency: order.currency,
    lines: linesView(order.lines, order.currency),
    totals: totalsView(order.totals, order.currency),
    ...(order.couponCode === null ? {} : { coupon: order.couponCode }),
    shippingMethod: order.shippingMethod,
    payment: { provider: order.provider, ...(order.nextAction === null ? {} : { nextAction: order.nextAction }) },
    ...(order.retryCartId === null ? {} : { retryCartId: order.retryCartId }),
    refunded: money(order.refunded),
    shipments: order.shipments.map((shipment) => ({ ...shipment, lines: [...shipment.lines] })),
    refunds: order.refunds.map((refund) => ({ ...refund, amount: money(refund.amount) })),
    returns: order.returns.map((one) => ({ ...one, lines: [...one.lines] })),
    cancellations: order.cancellations.map((one) => ({ ...one, lines: [...one.lines] })),
    createdAt,
  };
}

/** One of the order's returns. */
export function returnView(stored: StoredOrder, returnId: string): Static<typeof ReturnView> {
  const found = orderView(stored).returns.find(({ id }) => id === returnId);
  if (found === undefined) throw new Error(`The order has no return ${returnId}`);
  return found;
}

export function orderDetails(stored: StoredOrder, contact: Contact | undefined): Static<typeof OrderDetails> {
  return {
    ...orderView(stored),
    ...(contact === undefined ? {} : { contact: { email: contact.email, shippingAddress: contact.address } }),
  };
}

export const HistoryEntry = Type.Object(
  { version: Type.Integer({ minimum: 1 }), type: Type.String(), data: Type.Unknown(), cause: Type.String(), at: Timestamp },
  closed,
);

/** What happened to an order, as it is told: with the words of customers and staff that are still there. */
export function historyEntry(
  { order, words }: Pick<StoredOrder, 'order' | 'words'>,
  { version, event, cause, at }: RecordedEvent,
): Static<typeof HistoryEntry> {
  return { version, type: event.type, data: dataWithWords(order.id, event, words), cause, at };
}
