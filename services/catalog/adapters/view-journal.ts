import { ProductViewed } from '@cartwright/kernel/events/product-viewed';
import type { Database, UnitOfWork } from '@cartwright/kernel/postgres/database';
import type { Logger } from '@cartwright/kernel/telemetry/logger';
import { v7 } from 'uuid';
import { journal } from './journal.ts';
import type { Journal } from './journal.ts';

export interface View {
  readonly productId: string;
  readonly visitId: string;
  readonly from: 'search' | 'recommendation' | 'elsewhere';
}

/** Who looks at more in an hour is a machine. */
const mostViews = 40;

/** Publishes views, and counts what is looked at in the same visit. A product counts once a visit. */
export function viewJournal(database: Database, log: Logger): Journal<View> {
  return journal({ name: 'journal of views', database, log, write: writeViews });
}

async function writeViews(unit: UnitOfWork, views: readonly View[]): Promise<void> {
  const rows = JSON.stringify(views);
  // Views of one visit come one after the other, also from two copies of the service: each has to see the others.
  await unit.em.execute(
    `select pg_advisory_xact_lock(key) from (select distinct hashtextextended(value->>'visitId', 42) as key from jsonb_array_elements(?::jsonb) order by 1) as keys`,
    [rows],
  );
  const fresh = await unit.em.execute<{ visit: string; product: string }[]>(
    `insert into visit_views (visit_id, product_id)
     select distinct v."visitId", v."productId" from jsonb_to_recordset(?::jsonb) as v("visitId" uuid, "productId" uuid)
     where exists (select 1 from products where id = v."productId") and (select count(*) from visit_views where visit_id = v."visitId") < ${String(mostViews)}
     on conflict do nothing returning visit_id as visit, product_id as product`,
    [rows],
  );
  if (fresh.length === 0) return;
  const list = JSON.stringify(fresh);
  await unit.em.execute(
    `insert into product_demand (product_id, viewed) select product, count(*) from jsonb_to_recordset(?::jsonb) as f(visit uuid, product uuid) group by 1 order by 1
     on conflict (product_id) do update set viewed = product_demand.viewed + excluded.viewed`,
    [list],
    'run',
  );
  // A pair is new where one of the two is; where both are, it is met from both sides and stands once all the same.
  await unit.em.execute(
    `with fresh as (select * from jsonb_to_recordset(?::jsonb) as f(visit uuid, product uuid)),
       met as (select f.visit, f.product as one, v.product_id as other from fresh f join visit_views v on v.visit_id = f.visit and v.product_id <> f.product),
       pairs as (select visit, one, other from met union select visit, other, one from met)
     insert into product_pairs (kind, product_id, other_id, customers) select 'viewed', one, other, count(*) from pairs group by one, other order by one, other
     on conflict (kind, product_id, other_id) do update set customers = product_pairs.customers + excluded.customers`,
    [list],
    'run',
  );
  const origins = new Map(views.map(({ visitId, productId, from }) => [`${visitId} ${productId}`, from]));
  for (const { visit, product } of fresh) {
    const data = { productId: product, from: origins.get(`${visit} ${product}`) ?? 'elsewhere' };
    unit.publish(ProductViewed.create({ aggregateId: v7(), aggregateVersion: 1, data }));
  }
}
