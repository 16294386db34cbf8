import pg from 'pg';
import type { Stack } from '../stack.ts';

/** Part of what the databases say, for orders that were placed in a run. Amounts are minor units. */
export interface Books {
  readonly orders: readonly BookedOrder[];
  readonly payments: readonly BookedPayment[];
  readonly reservations: readonly { readonly orderId: string; readonly state: string }[];
  readonly stock: readonly BookedStock[];
  /** What all movements of an order add up to, by SKU. */
  readonly moved: readonly { readonly orderId: string; readonly sku: string; readonly onHand: number; readonly reserved: number }[];
  /** Adjustments of stock that were made, by SKU and reason: their sum, and how many. */
  readonly adjusted: readonly { readonly sku: string; readonly reason: string; readonly delta: number; readonly times: number }[];
  /** What catalog ever said that a SKU costs, the oldest first. */
  readonly prices: readonly BookedPrice[];
  /** Reservations, payments and movements of stock whose order is not there. */
  readonly strangers: readonly { readonly what: string; readonly orderId: string }[];
  /** Sum of all ledger entries: zero. */
  readonly ledgerSum: number;
  readonly messages: readonly BookedMessage[];
  /** Events that wait to be published, and dead letters that nobody has looked after, by service. */
  readonly unpublished: Readonly<Record<string, number>>;
  readonly deadLetters: Readonly<Record<string, number>>;
}

export interface BookedOrder {
  readonly id: string;
  readonly cartId: string;
  readonly status: string;
  readonly paymentStatus: string;
  /** When it was accepted; RFC 3339. */
  readonly placedAt: string;
  readonly total: number;
  readonly lines: readonly { readonly sku: string; readonly quantity: number; readonly unitPrice: number }[];
  /** Minor units that were given back, all refunds together. */
  readonly refunded: number;
  /** Goods that came back and were to be sold again. */
  readonly restocked: readonly { readonly sku: string; readonly quantity: number }[];
  /** Types of its events, in order; of OrderUpdated its reason. */
  readonly trail: readonly string[];
  readonly version: number;
}

export interface BookedPayment {
  readonly orderId: string;
  readonly state: string;
  readonly captured: number;
  readonly refunded: number;
  /** What the provider's own records say that it has taken and given back; null where it knows no such payment. */
  readonly provider: { readonly state: string; readonly captured: number; readonly refunded: number } | null;
}

export interface BookedMessage {
  readonly id: string;
  readonly orderId: string;
  readonly channel: string;
  readonly template: string;
  readonly state: string;
  /** Times it was sent again, because nobody knew whether the first one went out. */
  readonly resends: number;
  /** Times the mailbox was given it; null where another provider was. */
  readonly handedOver: number | null;
}

export interface BookedPrice {
  readonly sku: string;
  readonly seller: string;
  /** Minor units. */
  readonly price: number;
  /** Since when; microseconds of catalog's database. */
  readonly at: number;
}

export interface BookedStock {
  readonly sku: string;
  readonly onHand: number;
  readonly reserved: number;
  /** Sum of the movements' changes: what it should be. */
  readonly sumOnHand: number;
  readonly sumReserved: number;
  /** The fewest that were free after any movement; below zero more were promised than there were, if only for a moment. */
  readonly leastFree: number;
  /** When it was last reserved for an order and not given back, as it is where the order was over already; RFC 3339. */
  readonly lastReservedAt: string | null;
  /** What was counted, or adjusted by hand, in all. */
  readonly counted: number;
}

/** Services that keep something in a database of their own. */
export const bookkeepers = ['auth', 'catalog', 'orders', 'payments', 'inventory', 'notifications'] as const;
export type Bookkeeper = (typeof bookkeepers)[number];

type Rows = <T extends object>(service: Bookkeeper, sql: string, params?: unknown[]) => Promise<T[]>;

/** An order is there before anybody else hears of it; so they are read first, and then the orders. */
async function strangersSince(
  rows: Rows,
  { since, rivals = [] }: { readonly since: string; readonly rivals?: readonly string[] },
  skus: readonly string[],
): Promise<Books['strangers']> {
  const partners = [
    ...(await rows<Books['strangers'][number]>(
      'inventory',
      `select 'reservation' as what, order_id as "orderId" from reservations where created_at >= $1
       union select 'stock entry', order_id from stock_movements where order_id is not null and created_at >= $1 and sku = any($2)`,
      [since, skus],
    )),
    ...(await rows<Books['strangers'][number]>(
      'payments',
      `select 'payment' as what, order_id as "orderId" from payments where created_at >= $1`,
      [since],
    )),
  ];
  const known = await rows<{ id: string }>('orders', 'select id from orders where id = any($1)', [partners.map(({ orderId }) => orderId)]);
  const ids = new Set([...rivals, ...known.map(({ id }) => id)]);
  return partners.filter(({ orderId }) => !ids.has(orderId));
}

/** Which orders the books are about: these, or all that were placed since a time (RFC 3339). Stock may be held for a while for `rivals`, which no order is. */
export type WhichOrders = readonly string[] | { readonly since: string; readonly rivals?: readonly string[] };

/** Reads the databases themselves, not the API: what is checked is what is stored. */
export async function readBooks(
  { stores }: { readonly stores: Pick<Stack['stores'], 'postgres'> },
  which: WhichOrders,
  skus: readonly string[],
): Promise<Books> {
  const clients = Object.fromEntries(
    await Promise.all(
      bookkeepers.map(async (name) => {
        const client = new pg.Client({ connectionString: stores.postgres[name] });
        await client.connect();
        return [name, client] as const;
      }),
    ),
  ) as Record<Bookkeeper, pg.Client>;
  const rows: Rows = async <T extends object>(service: Bookkeeper, sql: string, params: unknown[] = []) =>
    (await clients[service].query<T>(sql, params)).rows;
  const countOf = async (sql: string): Promise<Record<string, number>> =>
    Object.fromEntries(
      await Promise.all(bookkeepers.map(async (name) => [name, (await rows<{ count: number }>(name, sql))[0]?.count ?? 0] as const)),
    );
  try {
    const orderIds =
      'since' in which
        ? (await rows<{ id: string }>('orders', `select id from orders where status <> 'void' and created_at >= $1`, [which.since])).map(
            ({ id }) => id,
          )
        : which;
    return {
      orders: await rows<BookedOrder>(
        'orders',
        `select id, cart_id as "cartId", status, payment_status as "paymentStatus", (totals->>'total')::float8 as total, lines, version,
           to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "placedAt",
           refunded::float8 as refunded,
           (select coalesce(jsonb_agg(case type when 'OrderUpdated' then data->>'reason' else type end order by e.version), '[]')
            from order_events e where e.order_id = o.id) as trail,
           (select coalesce(jsonb_agg(line), '[]') from order_events e, jsonb_array_elements(e.data->'lines') as line
            where e.order_id = o.id and e.type = 'OrderReturned' and (e.data->>'restock')::boolean) as restocked
         from orders o where id = any($1)`,
        [orderIds],
      ),
      payments: await rows<BookedPayment>(
        'payments',
        `select p.order_id as "orderId", p.state, p.captured::float8 as captured, p.refunded::float8 as refunded,
           (select jsonb_build_object('state', s.state,
              'captured', coalesce((select sum(amount) from sandbox_movements m where m.order_id = s.order_id and kind = 'capture'), 0),
              'refunded', coalesce((select sum(amount) from sandbox_movements m where m.order_id = s.order_id and kind = 'refund'), 0))
            from sandbox_payments s where s.order_id = p.order_id) as provider
         from payments p where p.order_id = any($1)`,
        [orderIds],
      ),
      ledgerSum:
        (await rows<{ sum: number }>('payments', 'select coalesce(sum(amount), 0)::float8 as sum from ledger_entries'))[0]?.sum ?? 0,
      reservations: await rows('inventory', `select order_id as "orderId", state from reservations where order_id = any($1)`, [orderIds]),
      stock: await rows<BookedStock>(
        'inventory',
        `select sku, (array_agg(on_hand order by version desc))[1] as "onHand", (array_agg(reserved order by version desc))[1] as reserved,
           min(on_hand + backorder - reserved) as "leastFree",
           to_char(max(created_at) filter (where type = 'reserved' and not exists (select from stock_movements b
             where b.sku = m.sku and b.order_id = m.order_id and b.type = 'released')) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "lastReservedAt", sum(on_hand_delta)::int as "sumOnHand", sum(reserved_delta)::int as "sumReserved",
           coalesce(sum(on_hand_delta) filter (where type in ('set', 'adjusted')), 0)::int as counted from stock_movements m where sku = any($1) group by sku`,
        [skus],
      ),
      moved: await rows(
        'inventory',
        `select order_id as "orderId", sku, sum(on_hand_delta)::int as "onHand", sum(reserved_delta)::int as reserved
         from stock_movements where order_id = any($1) group by 1, 2`,
        [orderIds],
      ),
      adjusted: await rows(
        'inventory',
        `select sku, reason, sum(on_hand_delta)::int as delta, count(*)::int as times
         from stock_movements where sku = any($1) and type = 'adjusted' group by 1, 2`,
        [skus],
      ),
      prices: await rows<BookedPrice>(
        'catalog',
        `select variant->>'sku' as sku, data->>'sellerId' as seller, (variant->>'price')::float8 as price,
           (extract(epoch from time) * 1000000)::float8 as at
         from event_log, jsonb_array_elements(data->'variants') as variant
         where topic = 'products' and type in ('ProductCreated', 'ProductUpdated') and variant->>'sku' = any($1)
         order by aggregate_id, aggregate_version`,
        [skus],
      ),
      strangers: 'since' in which ? await strangersSince(rows, which, skus) : [],
      messages: await rows<BookedMessage>(
        'notifications',
        `select m.id, m.order_id as "orderId", m.channel, m.template, m.state, m.resends,
           case when m.provider = 'mailbox' then coalesce(b.handed_over, 0) end as "handedOver"
         from messages m left join mailbox b on b.message_id = m.id where m.order_id = any($1)`,
        [orderIds],
      ),
      unpublished: await countOf('select count(*)::int as count from outbox'),
      deadLetters: await countOf('select count(*)::int as count from dead_letters where resolved_at is null'),
    };
  } finally {
    await Promise.all(Object.values(clients).map((client) => client.end()));
  }
}
