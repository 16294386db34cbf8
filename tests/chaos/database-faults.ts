import pg from 'pg';
import { repeatedly } from './fault.ts';
import type { Fault } from './fault.ts';

const lastsMs = 10_000;

/** The disk of the database is full for whoever publishes: no event can be stored, so nothing that publishes one may commit. */
function outboxFull(service: string): Fault {
  return {
    name: `outbox-full-${service}`,
    what: `${service}' outbox takes no row (SQLSTATE 53100, disk full) for ${String(lastsMs / 1000)} s`,
    lastsMs,
    async inject({ stack }, undo) {
      const client = new pg.Client({ connectionString: stack.stores.postgres[service] });
      await client.connect();
      undo.defer(() => client.end());
      undo.defer(() => client.query('drop function if exists chaos_disk_full() cascade').then(() => undefined));
      await client.query(
        `create or replace function chaos_disk_full() returns trigger language plpgsql as
         $$ begin raise exception 'chaos: no space left on device' using errcode = '53100'; end $$;
         create or replace trigger chaos_disk_full before insert on outbox for each row execute function chaos_disk_full()`,
      );
    },
  };
}

/** All connections of a service's database are cut, again and again. */
function connectionsCut(service: string): Fault {
  return {
    name: `connections-cut-${service}`,
    what: `all connections of ${service} to its database are ended, every second for ${String(lastsMs / 1000)} s`,
    lastsMs,
    async inject({ stack }, undo) {
      const client = new pg.Client({ connectionString: stack.stores.postgres['adminUrl'] });
      await client.connect();
      undo.defer(() => client.end());
      const name = new URL(stack.stores.postgres[service] ?? '').pathname.slice(1);
      repeatedly(undo, 1000, () => client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]));
    },
  };
}

export const databaseFaults: readonly Fault[] = [
  ...['orders', 'payments', 'inventory'].map(outboxFull),
  ...['orders', 'payments', 'inventory'].map(connectionsCut),
];
