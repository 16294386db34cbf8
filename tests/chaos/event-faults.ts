import { connectSidecar } from '@cartwright/kernel/dapr/sidecar';
import type { Sidecar } from '@cartwright/kernel/dapr/sidecar';
import { topics } from '@cartwright/kernel/events/topics';
import type { Topic } from '@cartwright/kernel/events/topics';
import { outboxColumns, toEnvelope } from '@cartwright/kernel/messaging/wire';
import type { OutboxRow } from '@cartwright/kernel/messaging/wire';
import pg from 'pg';
import type { Stack } from '../stack.ts';
import { repeatedly } from './fault.ts';
import type { Fault } from './fault.ts';

const lastsMs = 15_000;
const topicNames = Object.keys(topics) as Topic[];
const producers = [...new Set(Object.values(topics).map(({ producer }) => producer))];

/** A service's database, and its own sidecar, through which alone its events can be published. */
interface Producer {
  readonly database: pg.Client;
  /** Publishes these rows of one topic, in this order. */
  readonly publish: (topic: Topic, rows: readonly OutboxRow[]) => Promise<void>;
}

async function producerOf(stack: Stack, name: string, undo: AsyncDisposableStack): Promise<Producer> {
  const service = stack.services[name];
  if (service === undefined) throw new Error(`The stack has no ${name}`);
  const database = new pg.Client({ connectionString: stack.stores.postgres[name] });
  await database.connect();
  undo.defer(() => database.end());
  const sidecar: Sidecar = connectSidecar({ daprHttpPort: Number(new URL(service.daprHttpUrl).port), daprToken: service.daprToken });
  undo.defer(() => sidecar.close());
  return {
    database,
    async publish(topic, rows) {
      if (rows.length === 0) return;
      const { failed } = await sidecar.publishBulk(
        topic,
        rows.map((row) => ({ key: row.aggregate_id, event: toEnvelope(row, name) })),
      );
      if (failed.size > 0) throw new Error(`${String(failed.size)} events of ${topic} were not published`);
    },
  };
}

/** What was published lately comes again: twice, and the latest first. */
const eventsAgain: Fault = {
  name: 'events-again',
  what: 'events are published again, twice and the latest first, on every topic',
  lastsMs,
  async inject({ stack }, undo) {
    for (const topic of topicNames) {
      const { database, publish } = await producerOf(stack, topics[topic].producer, undo);
      repeatedly(undo, 500, async () => {
        const { rows } = await database.query<OutboxRow>(
          `select ${outboxColumns} from event_log where topic = $1 order by published_at desc limit 60`,
          [topic],
        );
        for (let time = 0; time < 2; time += 1) await publish(topic, rows);
      });
    }
  },
};

interface Held extends OutboxRow {
  readonly overtaken: boolean;
}

const heldMs = 700;
/** Of a hundred new events so many are held back. */
const heldPercent = 25;

/**
 * A part of all new events is held back, each for a while, as if they were on a slower way; later ones of the same aggregate overtake them, so that
 * consumers find gaps and fill them, and the late ones come when nobody waits for them any more. Those that are ready together come the latest first.
 */
const eventsReordered: Fault = {
  name: 'events-reordered',
  what: `of all new events a part comes ${String(heldMs)} ms late, behind those that follow on them, on every topic`,
  lastsMs,
  async inject({ stack }, undo) {
    let overtaken = 0;
    undo.defer(() => {
      if (overtaken === 0) throw new Error('No event was overtaken by a later one');
    });
    for (const name of producers) {
      const producer = await producerOf(stack, name, undo);
      const release = async (afterMs: number): Promise<void> => {
        overtaken += await publishHeld(producer, afterMs);
      };
      undo.defer(() => producer.database.query('drop table if exists chaos_held').then(() => undefined));
      undo.defer(() => release(0));
      undo.defer(() => producer.database.query('drop function if exists chaos_hold() cascade').then(() => undefined));
      await producer.database.query(holdBack);
      repeatedly(undo, 100, () => release(heldMs));
    }
  },
};

/** Events that are held back are in the log already, as everything is that a consumer may ask for. */
const holdBack = `
  create table if not exists chaos_held (like outbox, since timestamptz not null default clock_timestamp());
  create or replace function chaos_hold() returns trigger language plpgsql as $$
    begin
      if random() * 100 >= ${String(heldPercent)} then return new; end if;
      insert into chaos_held select new.*;
      insert into event_log (id, topic, type, aggregate_type, aggregate_id, aggregate_version, data, traceparent, time)
        values (new.id, new.topic, new.type, new.aggregate_type, new.aggregate_id, new.aggregate_version, new.data, new.traceparent, new.time);
      return null;
    end $$;
  create or replace trigger chaos_hold before insert on outbox for each row execute function chaos_hold()`;

/** Publishes what was held back for so long, the latest first; answers how many of these events a later one has overtaken. */
async function publishHeld({ database, publish }: Producer, afterMs: number): Promise<number> {
  const { rows } = await database.query<Held>(
    `with ready as (delete from chaos_held where since <= clock_timestamp() - make_interval(secs => $1) returning *)
     select ${outboxColumns}, exists (select from event_log l where l.aggregate_type = r.aggregate_type and l.aggregate_id = r.aggregate_id
       and l.aggregate_version > r.aggregate_version) as overtaken
     from ready r order by position desc`,
    [afterMs / 1000],
  );
  for (const [topic, events] of Map.groupBy(rows, ({ topic: of }) => of as Topic)) await publish(topic, events);
  return rows.filter((row) => row.overtaken).length;
}

export const eventFaults: readonly Fault[] = [eventsAgain, eventsReordered];
