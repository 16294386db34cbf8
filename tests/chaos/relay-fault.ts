import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Fault, Surroundings } from './fault.ts';

/** Where the relay's removal waits; nobody else takes this lock. */
const gate = 7_203_099;
const times = 2;
const caughtWithinMs = 20_000;

/**
 * The service is killed when its relay has published events and not yet removed them: the removal is held up at a lock, the process killed, and the removal
 * ended with its connection, as it would have been had it come a moment later. Whoever relays next publishes those events again.
 */
function killBetweenPublishAndRemoval(service: string): Fault {
  return {
    name: `relay-killed-${service}`,
    what: `${service} is killed between publishing events and removing them, ${String(times)} times`,
    lastsMs: 0,
    async inject(surroundings, undo) {
      const client = new pg.Client({ connectionString: surroundings.stack.stores.postgres[service] });
      await client.connect();
      undo.defer(() => client.end());
      await client.query(
        `create or replace function chaos_gate() returns trigger language plpgsql as
         $$ begin perform pg_advisory_xact_lock(${String(gate)}); return null; end $$`,
      );
      undo.defer(() => client.query('drop function chaos_gate() cascade').then(() => undefined));
      for (let time = 0; time < times; time += 1) await killOnce(surroundings, service, client);
    },
  };
}

async function killOnce({ processes }: Surroundings, service: string, client: pg.Client): Promise<void> {
  await processes.untilRunning(service);
  await client.query('select pg_advisory_lock($1)', [gate]);
  try {
    await client.query('create or replace trigger chaos_gate before delete on outbox for each statement execute function chaos_gate()');
    const relay = await whoWaits(client);
    processes.signal(service, 'SIGKILL');
    await client.query('select pg_terminate_backend($1, 5000)', [relay]);
  } finally {
    // Also where nobody came: a relay that waits must not wait for ever.
    await client.query(`select pg_terminate_backend(pid, 5000) from pg_locks where locktype = 'advisory' and objid = $1 and not granted`, [
      gate,
    ]);
    await client.query('drop trigger if exists chaos_gate on outbox');
    await client.query('select pg_advisory_unlock($1)', [gate]);
  }
}

/** The backend whose removal has come to the lock: what it removes is published. */
async function whoWaits(client: pg.Client): Promise<number> {
  const until = Date.now() + caughtWithinMs;
  for (;;) {
    const { rows } = await client.query<{ pid: number }>(
      `select l.pid from pg_locks l join pg_database d on d.oid = l.database
       where d.datname = current_database() and l.locktype = 'advisory' and l.objid = $1 and not l.granted`,
      [gate],
    );
    if (rows[0] !== undefined) return rows[0].pid;
    if (Date.now() > until) throw new Error('Nothing was published that could have been removed');
    await delay(10);
  }
}

export const relayFaults: readonly Fault[] = ['orders', 'payments', 'inventory'].map((service) => ({
  ...killBetweenPublishAndRemoval(service),
  recoversWithinMs: 15_000,
}));
