import type { Database } from './database.ts';

/** What is kept for how long, and no longer. Answers to an `Idempotency-Key` may be asked for again within a day. */
const rules: readonly { readonly what: string; readonly statement: string }[] = [
  { what: 'idempotency keys', statement: "delete from idempotency_keys where created_at < now() - interval '24 hours'" },
  { what: 'resolved dead letters', statement: "delete from dead_letters where resolved_at < now() - interval '30 days'" },
];

/** Removes what has outlived its time. */
export async function sweepRetention(database: Database): Promise<void> {
  for (const { statement } of rules) await database.sql(statement);
}
