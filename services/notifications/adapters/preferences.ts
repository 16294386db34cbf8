import type { Database } from '@cartwright/kernel/postgres/database';
import { defaultPreferences } from '../domain/preferences.ts';
import type { PreferencesStore } from '../ports.ts';

/** Preferences in Postgres; who never set any has the usual ones. */
export function preferencesIn(database: Database): PreferencesStore {
  return {
    async of(userId) {
      const [row] = await database.sql<{ locale: string | null; email_updates: boolean; sms_updates: boolean; phone: string | null }>(
        'select locale, email_updates, sms_updates, phone from preferences where user_id = ?',
        [userId],
      );
      if (row === undefined) return defaultPreferences;
      return { locale: row.locale, email: { updates: row.email_updates }, sms: { updates: row.sms_updates, phone: row.phone } };
    },
    async set(userId, { locale, email, sms }) {
      await database.sql(
        `insert into preferences (user_id, locale, email_updates, sms_updates, phone) values (?, ?, ?, ?, ?)
         on conflict (user_id) do update set locale = excluded.locale, email_updates = excluded.email_updates, sms_updates = excluded.sms_updates,
           phone = excluded.phone, updated_at = now()`,
        [userId, locale, email.updates, sms.updates, sms.phone],
      );
    },
    async remove({ em }, userId) {
      await em.execute('delete from preferences where user_id = ?', [userId], 'run');
    },
  };
}
