import { counter } from '@cartwright/kernel/telemetry/metrics';
import type { Registry } from '@cartwright/kernel/telemetry/metrics';
import type { OrderStatus } from '../domain/order-states.ts';
import type { Order } from '../domain/order.ts';

/** Counts what the business looks at: orders by the status they came to, and the revenue of those that were confirmed. */
export function orderMetrics(registry: Registry): (order: Order, previousStatus: OrderStatus | null) => void {
  const entered = counter(registry, 'cartwright_orders_total', 'Orders that came to a status', ['status']);
  const revenue = counter(registry, 'cartwright_revenue_minor_units_total', 'Totals of confirmed orders in minor units', ['currency']);
  return ({ status, currency, totals }, previousStatus) => {
    if (status === previousStatus) return;
    entered.inc({ status });
    if (status === 'confirmed') revenue.inc({ currency }, totals.total);
  };
}
