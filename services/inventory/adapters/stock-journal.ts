import { BackInStock } from '@cartwright/kernel/events/back-in-stock';
import { StockLow } from '@cartwright/kernel/events/stock-low';
import { StockUpdated } from '@cartwright/kernel/events/stock-updated';
import type { NewEvent } from '@cartwright/kernel/events/event';
import { outboxInsert } from '@cartwright/kernel/messaging/outbox';
import type { Database } from '@cartwright/kernel/postgres/database';
import type { StockJournal } from '@cartwright/stock/journal';
import { availableOf, backorderedOf, freeOf } from '@cartwright/stock/state';
import type { Movement } from '@cartwright/stock/state';

const columns = `version, command_id as "commandId", type, on_hand_delta as "onHandDelta", reserved_delta as "reservedDelta",
  on_hand as "onHand", reserved, backorder, low_below as "lowBelow", low, alerts, went_below as "wentBelow", came_back as "cameBack", order_id as "orderId", reason, author`;

/** Movements in Postgres. Their primary key (sku, version) is the fence between two activations of one actor. */
export function stockJournal(database: Database): StockJournal {
  return {
    async append(sku, movements) {
      const published = outboxInsert(eventsOf(sku, movements));
      const statement = `with appended as (
          insert into stock_movements (sku, version, command_id, type, on_hand_delta, reserved_delta, on_hand, reserved, backorder, low_below,
            low, alerts, went_below, came_back, order_id, reason, author)
          select ?, version, "commandId", type, "onHandDelta", "reservedDelta", "onHand", reserved, backorder, "lowBelow",
            low, alerts, "wentBelow", "cameBack", "orderId", reason, author
          from jsonb_to_recordset(?::jsonb) as m(version int, "commandId" text, type text, "onHandDelta" int, "reservedDelta" int,
            "onHand" int, reserved int, backorder int, "lowBelow" int, low boolean, alerts int, "wentBelow" int, "cameBack" boolean, "orderId" uuid, reason text, author text)
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

/** What a movement tells: the level always; rarely, that free units are few now, or that the SKU can be bought again. */
function eventsOf(sku: string, movements: readonly Movement[]): NewEvent[] {
  return movements.flatMap((movement) => {
    const { version, onHand, reserved, reason, type, orderId } = movement;
    const backordered = backorderedOf(movement);
    const updated = StockUpdated.create({
      aggregateId: sku,
      aggregateVersion: version,
      data: {
        sku,
        onHand: Math.max(0, onHand),
        reserved,
        available: availableOf(movement),
        reason: type === 'set' || type === 'adjusted' ? reason : type,
        ...(backordered === 0 ? {} : { backordered }),
        ...(orderId === null ? {} : { orderId }),
      },
    });
    return [updated, ...alertsOf(sku, movement)];
  });
}

/** The events of the aggregate `stock_alert`; it counts them apart from movements, so that who wants these alone sees no gaps. */
function alertsOf(sku: string, movement: Movement): NewEvent[] {
  const { alerts, wentBelow, cameBack } = movement;
  const told: NewEvent[] = [];
  if (wentBelow !== null) {
    const data = { sku, available: freeOf(movement), threshold: wentBelow };
    told.push(StockLow.create({ aggregateId: sku, aggregateVersion: alerts - Number(cameBack), data }));
  }
  if (cameBack)
    told.push(BackInStock.create({ aggregateId: sku, aggregateVersion: alerts, data: { sku, available: availableOf(movement) } }));
  return told;
}

function isTaken(error: unknown): boolean {
  return (error as { code?: unknown }).code === '23505';
}
