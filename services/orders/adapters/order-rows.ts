import type { NextAction } from '@cartwright/kernel/schemas';
import type { Cancellation, Return, Shipment } from '../domain/fulfilment.ts';
import type { Fulfilment, OrderStatus, PaymentStatus } from '../domain/order-states.ts';
import type { Refund } from '../domain/refunds.ts';
import type { OrderLine, OrderTotals } from '../domain/totals.ts';
import type { Words } from '../domain/words.ts';
import type { StoredOrder } from '../ports.ts';

/** A row of `orders` that is an order, as `orderColumns` asks for it. */
export interface OrderRow {
  readonly id: string;
  readonly number: string;
  readonly cart_id: string;
  readonly customer_id: string | null;
  readonly currency: string;
  readonly lines: OrderLine[];
  readonly totals: OrderTotals;
  readonly coupon_code: string | null;
  readonly shipping_method: string;
  readonly provider: string;
  readonly status: OrderStatus;
  readonly fulfilment: Fulfilment;
  readonly payment_status: PaymentStatus;
  readonly next_action: NextAction | null;
  readonly retry_cart_id: string | null;
  readonly refunded: string;
  readonly shipments: Shipment[];
  readonly refunds: Refund[];
  readonly returns: Return[];
  readonly cancellations: Cancellation[];
  readonly version: number;
  readonly created_at: string;
  readonly words: Words | null;
}

/** A timestamp as RFC 3339 in UTC. */
export const asRfc3339 = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as ${column}`;

export const orderColumns = `id, number, cart_id, customer_id, currency, lines, totals, coupon_code, shipping_method, provider, status,
  fulfilment, payment_status, next_action, retry_cart_id, refunded, shipments, refunds, returns, cancellations, version, ${asRfc3339('created_at')},
  (select jsonb_object_agg(w.id, w.text) from order_words w where w.order_id = orders.id) as words`;

export function toStoredOrder(row: OrderRow): StoredOrder {
  const { id, number, currency, lines, totals, provider, status, fulfilment, shipments, refunds, returns, cancellations, version } = row;
  return {
    createdAt: row.created_at,
    words: row.words ?? {},
    order: {
      id,
      number,
      cartId: row.cart_id,
      customerId: row.customer_id,
      currency,
      lines,
      totals,
      couponCode: row.coupon_code,
      shippingMethod: row.shipping_method,
      provider,
      status,
      fulfilment,
      paymentStatus: row.payment_status,
      nextAction: row.next_action,
      retryCartId: row.retry_cart_id,
      refunded: Number(row.refunded),
      shipments,
      refunds,
      returns,
      cancellations,
      version,
    },
  };
}
