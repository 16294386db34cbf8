import type { Database } from '@cartwright/kernel/postgres/database';
import { mostPerLine } from '@cartwright/kernel/schemas';
import type { Availability, MovementFilter, RecordedMovement, StockLevel, StockLevels } from '../ports.ts';

const columns = `version, type, on_hand_delta as "onHandDelta", reserved_delta as "reservedDelta", on_hand as "onHand", reserved,
  backorder, order_id as "orderId", reason, author, to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "createdAt"`;

const conditions: readonly (readonly [keyof MovementFilter, string])[] = [
  ['before', 'version < ?'],
  ['type', 'type = ?'],
  ['orderId', 'order_id = ?'],
  ['author', 'author = ?'],
  ['since', 'created_at >= ?::timestamptz'],
  ['until', 'created_at < ?::timestamptz'],
];

/** No line asks for more. Where so many are there now, the past is not looked up: on a SKU that sells a lot it is far back. */
const plenty = mostPerLine;

/** Levels are the last movement of each SKU: one look into the primary key a SKU. */
export function stockLevels(database: Database): StockLevels {
  return {
    async of(skus) {
      if (skus.length === 0) return [];
      const rows = skus.map(() => '(?)').join(', ');
      return database.sql<StockLevel>(
        `select wanted.sku, last.on_hand as "onHand", last.reserved, last.backorder, last.low_below as "lowBelow", last.version
         from (values ${rows}) as wanted(sku)
         cross join lateral (select on_hand, reserved, backorder, low_below, version from stock_movements m where m.sku = wanted.sku order by version desc limit 1) as last`,
        skus,
      );
    },
    availability: (skus, asOf) => {
      const rows = skus.map(() => '(?)').join(', ');
      const last = (condition: string) =>
        `(select on_hand + backorder - reserved from stock_movements m where m.sku = wanted.sku ${condition} order by version desc limit 1)`;
      return database.sql<Availability>(
        `select sku, available, case when available >= ${String(plenty)} then available
           else coalesce(${last('and created_at <= ?::timestamptz')}, 0) end as "availableThen"
         from (select sku, coalesce(${last('')}, 0) as available from (values ${rows}) as wanted(sku)) as wanted`,
        [asOf, ...skus],
      );
    },
    movements: (sku, limit, filter = {}) => {
      const asked = conditions.filter(([field]) => filter[field] !== undefined);
      const where = asked.map(([, condition]) => ` and ${condition}`).join('');
      return database.sql<RecordedMovement>(`select ${columns} from stock_movements where sku = ?${where} order by version desc limit ?`, [
        sku,
        ...asked.map(([field]) => filter[field]),
        limit,
      ]);
    },
    async movementOf(sku, commandId) {
      const [movement] = await database.sql<RecordedMovement>(`select ${columns} from stock_movements where sku = ? and command_id = ?`, [
        sku,
        commandId,
      ]);
      return movement;
    },
  };
}
