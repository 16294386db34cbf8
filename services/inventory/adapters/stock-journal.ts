import { StockUpdated } from '@cartwright/kernel/events/stock-updated';
import { outboxInsert } from '@cartwright/kernel/messaging/outbox';
import type { Database } from '@cartwright/kernel/postgres/database';
import type { StockJournal } from '@cartwright/stock/journal';
import type { Movement } from '@cartwright/stock/state';

const columns = `version, command_id as "commandId", type, on_hand_delta as "onHandDelta", reserved_delta as "reservedDelta",
  on_hand as "onHand", reserved, order_id as "orderId", reason, author`;

/** Movements in Postgres. Their primary key (sku, version) is the fence between two activations of one actor. */
export function stockJournal(database: Database): StockJournal {
  return {
    async append(sku, movements) {
      const published = outboxInsert(movements.map((movement) => eventOf(sku, movement)));
      const statement = `with appended as (
          insert into stock_movements (sku, version, command_id, type, on_hand_delta, reserved_delta, on_hand, reserved, order_id, reason, author)
          select ?, version, "commandId", type, "onHandDelta", "reservedDelta", "onHand", reserved, "orderId", reason, author
          from jsonb_to_recordset(?::jsonb) as m(version int, "commandId" text, type text, "onHandDelta" int, "reservedDelta" int,
            "onHand" int, reserved int, "orderId" uuid, reason text, author text)
        ), published as (${published.sql})
        select 1`;
      try {
        await database.sql(statement, [sku, JSON.stringify(movements), ...published.params]);
      } catch (error) {
        if (isTaken(error)) return false;
        throw error;
      }
      database.wakeRelay();
      return true;
    },
    since: (sku, version) =>
      database.sql<Movement>(`select ${columns} from stock_movements where sku = ? and version > ? order by version`, [sku, version]),
    async ofCommands(sku, commandIds) {
      if (commandIds.length === 0) return [];
      const places = commandIds.map(() => '?').join(', ');
      return database.sql<Movement>(`select ${columns} from stock_movements where sku = ? and command_id in (${places})`, [
        sku,
        ...commandIds,
      ]);
    },
  };
}

function eventOf(sku: string, { version, onHand, reserved, reason, type, orderId }: Movement): ReturnType<typeof StockUpdated.create> {
  const why = type === 'set' || type === 'adjusted' ? reason : type;
  return StockUpdated.create({
    aggregateId: sku,
    aggregateVersion: version,
    data: { sku, onHand, reserved, available: onHand - reserved, reason: why, ...(orderId === null ? {} : { orderId }) },
  });
}

function isTaken(error: unknown): boolean {
  return (error as { code?: unknown }).code === '23505';
}
