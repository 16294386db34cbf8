import type { Database } from './database.ts';

/** What is removed from a table once its time is over. */
interface Rule {
  readonly table: string;
  readonly outlived: string;
}

const rules: readonly Rule[] = [
  // Answers to an `Idempotency-Key` may be asked for again within a day.
  { table: 'idempotency_keys', outlived: "created_at < now() - interval '24 hours'" },
  { table: 'dead_letters', outlived: "resolved_at < now() - interval '30 days'" },
  // Who missed an event asks for it within minutes, and brokers keep events for a week.
  { table: 'event_log', outlived: "published_at < now() - interval '90 days'" },
];

/** Rows a statement removes at most, so that none takes long. */
const part = 5000;

/** Removes what has outlived its time, by Postgres' clock. */
export async function sweepRetention(database: Database): Promise<void> {
  for (const { table, outlived } of rules) {
    const statement = `delete from ${table} where ctid = any (array(select ctid from ${table} where ${outlived} limit ?)) returning 1 as removed`;
    for (let removed = part; removed === part;) removed = (await database.sql(statement, [part])).length;
  }
}
