import type { Database } from '@cartwright/kernel/postgres/database';

/** What does not agree with the rest of the books. */
export interface StockFinding {
  readonly what: string;
  readonly sku: string;
  readonly orderId: string | null;
}

/**
 * Adds all movements up again and compares them with what they say themselves, with the reservations, and with the returns. One statement, so one
 * moment: it may run while goods are sold. What is being worked on is not judged.
 */
export function auditStock(database: Database): Promise<StockFinding[]> {
  return database.sql<StockFinding>(`
    with sums as (
      select sku, version, on_hand, reserved, row_number() over of_sku as place,
        sum(on_hand_delta) over of_sku as came, sum(reserved_delta) over of_sku as held
      from stock_movements window of_sku as (partition by sku order by version)
    ), by_order as (
      select sku, order_id, sum(reserved_delta) as held,
        coalesce(-sum(on_hand_delta) filter (where type = 'committed'), 0) as sold,
        coalesce(sum(on_hand_delta) filter (where type = 'restocked' and command_id = 'restock:' || order_id), 0) as back
      from stock_movements where order_id is not null group by sku, order_id
    ), lines as (
      select r.order_id, r.state, line->>'sku' as sku, sum((line->>'quantity')::int) as quantity
      from reservations r, jsonb_array_elements(r.lines) as line group by 1, 2, 3
    ), judged as (
      select coalesce(l.order_id, b.order_id) as order_id, coalesce(l.sku, b.sku) as sku, coalesce(l.state, 'none') as state,
        coalesce(l.quantity, 0) as quantity, coalesce(b.held, 0) as held, coalesce(b.sold, 0) as sold, coalesce(b.back, 0) as back
      from lines l full join by_order b on b.order_id = l.order_id and b.sku = l.sku
      where not exists (select 1 from reservations u where u.order_id = coalesce(l.order_id, b.order_id)
        and u.state in ('reserving', 'refusing', 'releasing', 'committing', 'restocking'))
    )
    select 'a movement is missing' as what, sku, null::uuid as "orderId" from sums group by sku having max(version) <> count(*)
    union all
    select distinct 'on hand is not what came and went', sku, null::uuid from sums where on_hand <> came
    union all
    select distinct 'reserved is not what was held and given back', sku, null::uuid from sums where reserved <> held
    union all
    select 'held for an order that was never seen', sku, order_id from judged where state = 'none' and held <> 0
    union all
    select 'held for an order that holds nothing', sku, order_id from judged where state not in ('reserved', 'none') and held <> 0
    union all
    select 'an order does not hold what it reserved', sku, order_id from judged where state = 'reserved' and held <> quantity
    union all
    select 'what an order was sold is not what left', sku, order_id from judged
    where sold <> case when state in ('committed', 'restocked') then quantity else 0 end
    union all
    select 'what an order gave back is not what came back', sku, order_id from judged where back <> case when state = 'restocked' then quantity else 0 end
    union all
    select 'returned goods are not in stock, or not as many', g.sku, g.order_id
    from returned_goods g left join stock_movements m on m.sku = g.sku and m.command_id = 'return:' || g.return_id
    where g.state = 'done' and m.on_hand_delta is distinct from g.quantity
    order by 1, 2, 3`);
}
