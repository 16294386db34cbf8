import type { UnitOfWork } from './database.ts';

/**
 * SQL for a customer's id, its parameter; null where they were erased. What a service is told of a customer may come after their end, which is on another
 * topic: their id must not come back with it. Whoever uses this and whoever calls `noteErased` take a lock of the customer before, each in a statement of its
 * own, so that the later one sees what the earlier one did. The service has the table `erased_customers`.
 */
export const unlessErased = `(select c.id from (select ?::uuid as id) c where not exists (select 1 from erased_customers e where e.customer_id = c.id))`;

/** Longer than any event is late. */
const keptFor = '90 days';

/** Notes that a customer was erased, and forgets those of long ago. */
export async function noteErased({ em }: UnitOfWork, customerId: string): Promise<void> {
  await em.execute(`delete from erased_customers where erased_at < now() - interval '${keptFor}'`, [], 'run');
  await em.execute('insert into erased_customers (customer_id) values (?) on conflict do nothing', [customerId], 'run');
}
