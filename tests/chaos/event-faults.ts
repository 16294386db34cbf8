import { repeatedly } from './fault.ts';
import { connectSidecar } from '@cartwright/kernel/dapr/sidecar';
import pg from 'pg';
import type { Fault, Surroundings } from './fault.ts';

const lastsMs = 15_000;
const topics = { orders: 'orders', payments: 'payments', stock: 'inventory', products: 'catalog' } as const;

interface LoggedEvent {
  readonly id: string;
  readonly type: string;
  readonly aggregate_type: string;
  readonly aggregate_id: string;
  readonly aggregate_version: number;
  readonly data: unknown;
  readonly time: string;
}

/** Publishes again, through the producer's own sidecar, what it has published lately: twice, and the latest first. */
async function publishAgain({ stack }: Surroundings, topic: keyof typeof topics): Promise<void> {
  const producer = topics[topic];
  const service = stack.services[producer];
  if (service === undefined) throw new Error(`The stack has no ${producer}`);
  const client = new pg.Client({ connectionString: stack.stores.postgres[producer] });
  await client.connect();
  const sidecar = connectSidecar({ daprHttpPort: Number(new URL(service.daprHttpUrl).port), daprToken: service.daprToken });
  try {
    const { rows } = await client.query<LoggedEvent>(
      `select id, type, aggregate_type, aggregate_id, aggregate_version, data, to_char(time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as time
       from event_log where topic = $1 order by published_at desc limit 60`,
      [topic],
    );
    const entries = rows.map((event) => ({ key: event.aggregate_id, event: envelope(event, producer) }));
    if (entries.length > 0) await sidecar.publishBulk(topic, entries);
    if (entries.length > 0) await sidecar.publishBulk(topic, entries);
  } finally {
    await sidecar.close();
    await client.end();
  }
}

function envelope(event: LoggedEvent, producer: string) {
  return {
    specversion: '1.0',
    id: event.id,
    source: `cartwright/${producer}`,
    type: event.type,
    subject: event.aggregate_id,
    time: event.time,
    datacontenttype: 'application/json',
    aggregatetype: event.aggregate_type,
    aggregateversion: event.aggregate_version,
    data: event.data,
  };
}

export const eventFaults: readonly Fault[] = [
  {
    name: 'events-again',
    what: 'events are published again, twice and the latest first, on every topic',
    lastsMs,
    inject(surroundings, undo) {
      repeatedly(undo, 500, async () => {
        for (const topic of Object.keys(topics) as (keyof typeof topics)[]) await publishAgain(surroundings, topic);
      });
      return Promise.resolve();
    },
  },
];
