import { notFound } from '@cartwright/kernel/http/problem';
import type { Database, UnitOfWork } from '@cartwright/kernel/postgres/database';
import { integrationEvent } from '../domain/integration-events.ts';
import { isFailed } from '../domain/order-states.ts';
import type { OrderStatus } from '../domain/order-states.ts';
import { evolve, placed } from '../domain/order.ts';
import type { Order, OrderEvent } from '../domain/order.ts';
import type { Said } from '../domain/words.ts';
import type { Contact, NewOrder, OrderFilter, Orders, RecordedEvent } from '../ports.ts';
import { asRfc3339, orderColumns, toStoredOrder } from './order-rows.ts';
import type { OrderRow } from './order-rows.ts';

// The order in which locks are taken, here and nowhere else: idempotency key, inbox row (both the kernel's), the order's row, its contact's,
// its coupon's. A transaction changes one order. So nobody waits for each other in a circle.

export interface OrdersOptions {
  /** After this many seconds without payment an order is cancelled. */
  readonly unpaidSeconds: number;
  /** Told after each commit that changed an order; null: it is new. */
  readonly onChange: (order: Order, previousStatus: OrderStatus | null) => void;
}

/** Orders in their own Postgres: the events, and the projection that is written with them. */
export function postgresOrders(database: Database, { unpaidSeconds, onChange }: OrdersOptions): Orders {
  function tell(unit: UnitOfWork, order: Order, previousStatus: OrderStatus | null): void {
    unit.afterCommit(() => {
      onChange(order, previousStatus);
    });
  }

  return {
    async find(id) {
      const [row] = await database.sql<OrderRow>(`select ${orderColumns} from orders where id = ? and status <> 'void'`, [id]);
      return row === undefined ? undefined : toStoredOrder(row);
    },

    async thatLeft(retryCartId) {
      const [row] = await database.sql<OrderRow>(`select ${orderColumns} from orders where retry_cart_id = ?`, [retryCartId]);
      return row === undefined ? undefined : toStoredOrder(row).order;
    },

    async findWithContact(id) {
      const [row] = await database.sql<OrderRow & { contact: Contact | null }>(
        `select ${orderColumns},
           (select jsonb_build_object('email', email, 'name', name, 'address', address, 'locale', locale) from order_contacts where order_id = orders.id) as contact
         from orders where id = ? and status <> 'void'`,
        [id],
      );
      return row === undefined ? undefined : { ...toStoredOrder(row), contact: row.contact ?? undefined };
    },

    list: (filter) => list(database, filter),
    history: (id) => history(database, id),

    async statuses(ids) {
      if (ids.length === 0) return [];
      return database.sql<{ orderId: string; status: string }>(
        `select id as "orderId", status from orders where status <> 'void' and id in (${ids.map(() => '?').join(', ')})`,
        ids,
      );
    },

    async awaitsStock(skus) {
      const rows = await database.sql(
        `select 1 from orders where status = 'placed' and exists (
           select 1 from jsonb_array_elements(lines) as line where line->>'sku' in (select jsonb_array_elements_text(?::jsonb))) limit 1`,
        [JSON.stringify(skus)],
      );
      return rows.length > 0;
    },

    async placeOf(id) {
      const [row] = await database.sql<{ status: string }>('select status from orders where id = ?', [id]);
      if (row === undefined) return 'nothing';
      return row.status === 'void' ? 'void' : 'placed';
    },

    async place(unit, order) {
      const first = placed(order.id, order.data);
      if (!(await insert(unit, order, unpaidSeconds))) return false;
      unit.publish(integrationEvent(first, { type: 'OrderPlaced', data: order.data }, order.paymentToken));
      tell(unit, first, null);
      return true;
    },

    async void(id) {
      await database.sql(
        `with voided as (insert into orders (id, status, version) values (?, 'void', 1) on conflict do nothing returning id)
         insert into order_events (order_id, version, type, data, cause) select id, 1, 'OrderVoided', '{}', 'placement' from voided`,
        [id],
      );
      // Waited for whoever was placing this order: it is settled now what the row is.
      const [row] = await database.sql<{ status: string }>('select status from orders where id = ?', [id]);
      return row?.status === 'void';
    },

    async change(unit, id, cause, decide, said) {
      // What was said of it by those who were waited for shows only to a statement of its own.
      await unit.em.execute('select 1 from orders where id = ? for update', [id]);
      const [row] = await unit.em.execute<(OrderRow & { payment_token: string | null })[]>(
        `select ${orderColumns}, (select token from payment_tokens where order_id = id) as payment_token from orders where id = ? and status <> 'void'`,
        [id],
      );
      if (row === undefined) throw notFound('order', id);
      const { order: before, createdAt, words } = toStoredOrder(row);
      const events = await decide(before);
      if (events.length === 0) return { order: before, createdAt, words };
      let order = before;
      for (const event of events) {
        order = evolve(order, event);
        unit.publish(integrationEvent(order, event, row.payment_token));
      }
      await append(unit, before, order, events, cause);
      if (said !== undefined) await keepWords(unit, id, said);
      if (order.couponCode !== null && isFailed(order.status) && !isFailed(before.status)) await releaseCoupon(unit, id);
      tell(unit, order, before.status);
      return { order, createdAt, words: said === undefined ? words : { ...words, [said.about]: said.text } };
    },

    async holdContact({ em }, id) {
      // An erasure under way is waited for; one that comes later waits for us. What it has done shows only to a statement of its own.
      const held = await em.execute<object[]>('select 1 from order_contacts where order_id = ? for key share', [id]);
      if (held.length === 0) return false;
      const erased = await em.execute<object[]>('select 1 from erasures e join orders o on o.customer_id = e.customer_id where o.id = ?', [
        id,
      ]);
      return erased.length === 0;
    },

    async nextExpired(unit, except) {
      const [row] = await unit.em.execute<{ id: string }[]>(
        `select id from orders where status in ('placed', 'reserved') and expires_at < now() and id <> all(?::uuid[])
         order by expires_at limit 1 for update skip locked`,
        [`{${except.join(',')}}`],
      );
      return row?.id;
    },
  };
}

/** Order, first event and contact in one statement. False, and nothing stored, where something unique is taken. */
async function insert(unit: UnitOfWork, { id, data, contact, paymentToken, cause }: NewOrder, unpaidSeconds: number): Promise<boolean> {
  const rows = await unit.em.execute<object[]>(
    `with placed as (
       insert into orders (id, status, cart_id, number, customer_id, currency, lines, totals, coupon_code, shipping_method, provider,
         version, expires_at)
       values (?, 'placed', ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?, ?, ?, 1, now() + make_interval(secs => ?))
       on conflict do nothing returning id),
     event as (insert into order_events (order_id, version, type, data, cause) select id, 1, 'OrderPlaced', ?::jsonb, ? from placed),
     contact as (insert into order_contacts (order_id, email, name, address, locale) select id, ?, ?, ?::jsonb, ? from placed),
     payment as (insert into payment_tokens (order_id, token) select id, ? from placed)
     select id from placed`,
    [
      id,
      data.cartId,
      data.number,
      data.customerId,
      data.currency,
      JSON.stringify(data.lines),
      JSON.stringify(data.totals),
      data.couponCode,
      data.shippingMethod,
      data.provider,
      unpaidSeconds,
      JSON.stringify(data),
      cause,
      contact.email,
      contact.name,
      JSON.stringify(contact.address),
      contact.locale,
      paymentToken,
    ],
  );
  return rows.length > 0;
}

/** Events and projection in one statement. Key (order, version) fails it where another writer was quicker, which the row's lock prevents. */
async function append(unit: UnitOfWork, before: Order, order: Order, events: readonly OrderEvent[], cause: string): Promise<void> {
  const recorded = events.map(({ type, data }, index) => ({ version: before.version + 1 + index, type, data }));
  const rows = await unit.em.execute<object[]>(
    `with recorded as (
       insert into order_events (order_id, version, type, data, cause)
       select ?, (e->>'version')::int, e->>'type', e->'data', ? from jsonb_array_elements(?::jsonb) as e),
     spent as (delete from payment_tokens where order_id = ?)
     update orders set status = ?, fulfilment = ?, payment_status = ?, next_action = ?::jsonb, retry_cart_id = ?, refunded = ?,
       shipments = ?::jsonb, refunds = ?::jsonb, returns = ?::jsonb, cancellations = ?::jsonb, version = ?, updated_at = now()
     where id = ? and version = ? returning id`,
    [
      order.id,
      cause,
      JSON.stringify(recorded),
      order.id,
      order.status,
      order.fulfilment,
      order.paymentStatus,
      order.nextAction === null ? null : JSON.stringify(order.nextAction),
      order.retryCartId,
      order.refunded,
      JSON.stringify(order.shipments),
      JSON.stringify(order.refunds),
      JSON.stringify(order.returns),
      JSON.stringify(order.cancellations),
      order.version,
      order.id,
      before.version,
    ],
  );
  if (rows.length !== 1) throw new Error(`Order ${order.id} is not at version ${String(before.version)} any more`);
}

/** Words are kept as long as whom the order is for: nobody would erase them after that. */
async function keepWords({ em }: UnitOfWork, orderId: string, { about, text }: Said): Promise<void> {
  await em.execute(
    // An erasure under way waits, and finds these words too; after one there is no contact any more.
    `insert into order_words (order_id, id, text) select order_id, ?, ? from order_contacts where order_id = ? for key share`,
    [about, text, orderId],
    'run',
  );
}

/** The coupon of an order that came to nothing can be used again. */
async function releaseCoupon(unit: UnitOfWork, orderId: string): Promise<void> {
  await unit.em.execute(
    `with released as (delete from coupon_redemptions where order_id = ? returning code)
     update coupons set redeemed = redeemed - 1 from released where coupons.code = released.code`,
    [orderId],
    'run',
  );
}

async function list(database: Database, { customerId, status, fulfilment, number, afterId, limit }: OrderFilter) {
  const filters = [
    ['customer_id = ?', customerId],
    ['status = ?', status],
    ['fulfilment = ?', fulfilment],
    ['starts_with(number, ?)', number],
    ['id < ?', afterId],
  ].filter((filter): filter is [string, string] => filter[1] !== undefined);
  const conditions = [`status <> 'void'`, ...filters.map(([condition]) => condition)];
  const rows = await database.sql<OrderRow>(
    `select ${orderColumns} from orders where ${conditions.join(' and ')} order by id desc limit ?`,
    [...filters.map(([, value]) => value), limit],
  );
  return rows.map(toStoredOrder);
}

async function history(database: Database, id: string): Promise<RecordedEvent[]> {
  const rows = await database.sql<{ version: number; type: OrderEvent['type']; data: unknown; cause: string; at: string }>(
    `select version, type, data, cause, ${asRfc3339('at')} from order_events where order_id = ? order by version`,
    [id],
  );
  return rows.map(({ version, type, data, cause, at }) => ({ version, cause, at, event: { type, data } as OrderEvent }));
}
