import type { Database } from '@cartwright/kernel/postgres/database';
import { gauge } from '@cartwright/kernel/telemetry/metrics';
import type { Registry } from '@cartwright/kernel/telemetry/metrics';
import { isStuck } from './payment-rows.ts';

/** What somebody should look at. */
export function paymentMetrics(registry: Registry, database: Database): void {
  gauge(registry, 'payment_calls_unanswered_oldest_seconds', 'Age of the oldest call that a provider has not answered yet', async () => {
    const [row] = await database.sql<{ age: number }>(
      `select coalesce(extract(epoch from now() - min(created_at)), 0)::float8 as age from attempts where state = 'open' and outcome = 'no_answer'`,
    );
    return row?.age ?? 0;
  });
  gauge(registry, 'payments_stuck', 'Payments that need a person: the provider refuses to let go or to give back', async () => {
    const [row] = await database.sql<{ count: number }>(`select count(*)::int as count from payments where ${isStuck}`);
    return row?.count ?? 0;
  });
}
