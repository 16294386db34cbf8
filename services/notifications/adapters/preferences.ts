import type { Database } from '@cartwright/kernel/postgres/database';
import { defaultPreferences } from '../domain/preferences.ts';
import type { EventWishes, Preferences } from '../domain/preferences.ts';
import type { OptOuts, PreferencesStore } from '../ports.ts';

interface Row {
  locale: string | null;
  email_updates: boolean;
  sms_updates: boolean;
  phone: string | null;
  events: EventWishes;
}

const columns = 'locale, email_updates, sms_updates, phone, events';
const preferencesOf = (row: Row | undefined): Preferences =>
  row === undefined
    ? defaultPreferences
    : {
        locale: row.locale,
        email: { updates: row.email_updates },
        sms: { updates: row.sms_updates, phone: row.phone },
        events: row.events,
      };

const upsert = `insert into preferences (user_id, ${columns}) values (?, ?, ?, ?, ?, ?::jsonb)
  on conflict (user_id) do update set locale = excluded.locale, email_updates = excluded.email_updates, sms_updates = excluded.sms_updates,
    phone = excluded.phone, events = excluded.events, updated_at = now()`;
const valuesOf = (userId: string, { locale, email, sms, events }: Preferences): unknown[] => [
  ...[userId, locale, email.updates, sms.updates, sms.phone],
  JSON.stringify(events),
];

/** Preferences in Postgres; who never set any has the usual ones. */
export function preferencesIn(database: Database): PreferencesStore {
  return {
    async of(userId) {
      const [row] = await database.sql<Row>(`select ${columns} from preferences where user_id = ?`, [userId]);
      return preferencesOf(row);
    },
    async set(userId, preferences) {
      await database.sql(upsert, valuesOf(userId, preferences));
    },
    change: (userId, change) =>
      database.transaction(async ({ em }) => {
        // Who changes the same person's waits, also where there is no row to lock yet.
        await em.execute(`select pg_advisory_xact_lock(hashtextextended('preferences:' || ?::text, 0))`, [userId], 'run');
        const [row] = await em.execute<Row[]>(`select ${columns} from preferences where user_id = ?`, [userId]);
        await em.execute(upsert, valuesOf(userId, change(preferencesOf(row))), 'run');
      }),
    async remove({ em }, userId) {
      await em.execute('delete from preferences where user_id = ?', [userId], 'run');
    },
  };
}

/** What people without an account want no more, in Postgres. */
export function optOutsIn(database: Database): OptOuts {
  return {
    async has(addressHash, event) {
      const rows = await database.sql(`select 1 from opt_outs where address_hash = ? and event in (?, '*')`, [addressHash, event]);
      return rows.length > 0;
    },
    async set(addressHash, event, wanted) {
      await database.sql(
        wanted
          ? `delete from opt_outs where address_hash = ? and ? in (event, '*')`
          : 'insert into opt_outs (address_hash, event) values (?, ?) on conflict do nothing',
        [addressHash, event],
      );
    },
  };
}
