import pg from 'pg';
import type { Fault } from './fault.ts';

const lastsMs = 10_000;

/** The disk of the database is full for whoever publishes: no event can be stored, so nothing that publishes one may commit. */
function outboxFull(service: string): Fault {
  return {
    name: `outbox-full-${service}`,
    what: `${service}' outbox takes no row (SQLSTATE 53100, disk full) for ${String(lastsMs / 1000)} s`,
    lastsMs,
    async inject({ stack }) {
      const client = new pg.Client({ connectionString: stack.stores.postgres[service] });
      await client.connect();
      await client.query(
        `create or replace function chaos_disk_full() returns trigger language plpgsql as
         $$ begin raise exception 'chaos: no space left on device' using errcode = '53100'; end $$;
         create trigger chaos_disk_full before insert on outbox for each row execute function chaos_disk_full()`,
      );
      return async () => {
        await client.query('drop trigger chaos_disk_full on outbox; drop function chaos_disk_full()');
        await client.end();
      };
    },
  };
}

/** What the relay publishes it cannot remove: as when it is killed in between, again and again. Every event goes out many times. */
function relayCannotRemove(service: string): Fault {
  return {
    name: `relay-cannot-remove-${service}`,
    what: `${service}' relay publishes, and dies before it removes what it published, for ${String(lastsMs / 1000)} s`,
    lastsMs,
    async inject({ stack }) {
      const client = new pg.Client({ connectionString: stack.stores.postgres[service] });
      await client.connect();
      await client.query(
        `create or replace function chaos_stays() returns trigger language plpgsql as
         $$ begin raise exception 'chaos: killed between publishing and removing' using errcode = '57P01'; end $$;
         create trigger chaos_stays before delete on outbox for each row execute function chaos_stays()`,
      );
      return async () => {
        await client.query('drop trigger chaos_stays on outbox; drop function chaos_stays()');
        await client.end();
      };
    },
  };
}

/** All connections of a service's database are cut, again and again. */
function connectionsCut(service: string): Fault {
  return {
    name: `connections-cut-${service}`,
    what: `all connections of ${service} to its database are ended, every second for ${String(lastsMs / 1000)} s`,
    lastsMs,
    async inject({ stack }) {
      const client = new pg.Client({ connectionString: stack.stores.postgres['adminUrl'] });
      await client.connect();
      const name = new URL(stack.stores.postgres[service] ?? '').pathname.slice(1);
      const cut = (): Promise<unknown> => client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
      await cut();
      const timer = setInterval(() => void cut(), 1000);
      return async () => {
        clearInterval(timer);
        await client.end();
      };
    },
  };
}

export const databaseFaults: readonly Fault[] = [
  ...['orders', 'payments', 'inventory'].map(outboxFull),
  ...['orders', 'payments', 'inventory'].map(relayCannotRemove),
  ...['orders', 'payments', 'inventory'].map(connectionsCut),
];
