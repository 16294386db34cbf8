import { randomUUID } from 'node:crypto';
import { StockCommitted } from '@cartwright/kernel/events/stock-committed';
import { StockRejected } from '@cartwright/kernel/events/stock-rejected';
import { StockReleased } from '@cartwright/kernel/events/stock-released';
import { StockReserved } from '@cartwright/kernel/events/stock-reserved';
import type { NewEvent } from '@cartwright/kernel/events/event';
import type { Database } from '@cartwright/kernel/postgres/database';
import type { Shortage } from '@cartwright/kernel/schemas';
import { outcomeOf } from '../domain/reservation.ts';
import type { UnsettledState } from '../domain/reservation.ts';
import type { Reservation, Reservations } from '../ports.ts';

const columns = 'order_id as "orderId", state, lines, shortages';
const unsettledStates = `('reserving', 'refusing', 'releasing', 'committing', 'restocking')`;
/** A turn takes less, attempts included, than the lease has left while it is young; who dies loses the lease by then. */
const leaseSeconds = 12;
const youngMs = 2000;

/** Another has taken the lease over. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** Reservations in Postgres; times are Postgres' own. `now` measures how old a lease is, in milliseconds. */
export function reservationsIn(database: Database, now: () => number = () => performance.now()): Reservations {
  return {
    async lease(orderId) {
      const token = randomUUID();
      let since = now();
      const [reservation] = await database.sql<Reservation>(
        `update reservations set leased_until = now() + interval '${String(leaseSeconds)} seconds', leased_by = ?
         where order_id = ? and state in ${unsettledStates} and (leased_until is null or leased_until < now())
         returning ${columns}`,
        [token, orderId],
      );
      if (reservation === undefined) return undefined;
      const change = async (what: string): Promise<boolean> => {
        const rows = await database.sql(`update reservations set ${what} where order_id = ? and leased_by = ? returning 1`, [
          orderId,
          token,
        ]);
        return rows.length > 0;
      };
      return {
        reservation,
        async keep() {
          const time = now();
          if (time - since < youngMs) return;
          if (!(await change(`leased_until = now() + interval '${String(leaseSeconds)} seconds'`)))
            throw new LeaseLost(`Another works on the reservation of ${orderId}`);
          since = time;
        },
        async end() {
          await change('leased_until = null, leased_by = null');
        },
        async postpone() {
          await change(
            `leased_until = now() + least(power(2, attempts), 300) * interval '1 second', leased_by = null, attempts = least(attempts + 1, 30)`,
          );
        },
      };
    },
    async read(orderId) {
      const [row] = await database.sql<Reservation>(`select ${columns} from reservations where order_id = ?`, [orderId]);
      return row;
    },
    async refuse(orderId, shortages) {
      const rows = await database.sql(
        `update reservations set state = 'refusing', shortages = ?::jsonb, updated_at = now() where order_id = ? and state = 'reserving' returning 1`,
        [JSON.stringify(shortages), orderId],
      );
      return rows.length > 0;
    },
    settle: (orderId, from, shortages) =>
      database.transaction(async (unit) => {
        const [row] = await unit.em.execute<{ version: number }[]>(
          `update reservations set state = ?, shortages = ?::jsonb, version = version + 1, updated_at = now(), leased_until = null, leased_by = null, attempts = 0
           where order_id = ? and state = ? returning version`,
          [outcomeOf(from, shortages), JSON.stringify(shortages), orderId, from],
        );
        if (row === undefined) return false;
        unit.publish(eventOf(from, orderId, row.version, shortages));
        return true;
      }),
    async unsettled(olderThanMs, limit) {
      const rows = await database.sql<{ orderId: string }>(
        `select order_id as "orderId" from reservations
         where state in ${unsettledStates} and (attempts > 0 or updated_at < now() - ? * interval '1 millisecond')
           and (leased_until is null or leased_until < now()) order by updated_at limit ?`,
        [olderThanMs, limit],
      );
      return rows.map(({ orderId }) => orderId);
    },
    async held(olderThanMs, limit) {
      const rows = await database.sql<{ orderId: string }>(
        `select order_id as "orderId" from reservations where state = 'reserved' and updated_at < now() - ? * interval '1 millisecond'
         order by updated_at limit ?`,
        [olderThanMs, limit],
      );
      return rows.map(({ orderId }) => orderId);
    },
  };
}

function eventOf(from: UnsettledState, orderId: string, aggregateVersion: number, shortages: readonly Shortage[]): NewEvent {
  const place = { aggregateId: orderId, aggregateVersion };
  switch (outcomeOf(from, shortages)) {
    case 'reserved':
      return StockReserved.create({ ...place, data: { orderId } });
    case 'rejected':
      return StockRejected.create({ ...place, data: { orderId, shortages: [...shortages] } });
    case 'released':
    case 'restocked':
      return StockReleased.create({ ...place, data: { orderId } });
    case 'committed':
      return StockCommitted.create({ ...place, data: { orderId } });
  }
}
