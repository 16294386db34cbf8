import type { Database, UnitOfWork } from '@cartwright/kernel/postgres/database';
import { ruledPrice } from '../domain/price-rule.ts';
import type { PriceRule } from '../domain/price-rule.ts';
import { TooMany, UnknownSkus } from '../price-ports.ts';
import type { PriceChange, PriceChangeItem, PriceChanges, PriceSelection } from '../price-ports.ts';
import { conditionsOf } from './product-conditions.ts';

/** Beyond it one change would hold a transaction for minutes. */
export const mostItems = 200_000;
const batch = 2000;
const iso = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const firstId = '00000000-0000-0000-0000-000000000000';
const columns = `c.id, c.author, c.reason, c.selection, c.rule, c.state, ${iso('c.created_at')} as "createdAt",
  ${iso('c.finished_at')} as "finishedAt", (select jsonb_build_object('total', count(*),
    'lower', count(*) filter (where after < before), 'higher', count(*) filter (where after > before), 'same', count(*) filter (where after = before),
    'impossible', count(*) filter (where state = 'impossible'), 'pending', count(*) filter (where state = 'pending'),
    'applied', count(*) filter (where state = 'applied'), 'skipped', count(*) filter (where state = 'skipped'))
   from price_change_items i where i.change_id = c.id) as counts`;

interface PricedVariant {
  readonly productId: string;
  readonly sku: string;
  readonly title: string;
  readonly currency: string;
  readonly price: string;
}

/** Price changes and their items in catalog's Postgres; they stay as the record of who changed what, and why. */
export function priceChangesIn(database: Database): PriceChanges {
  return {
    async create(unit, { id, author, reason, selection, rule }) {
      await unit.em.execute(
        'insert into price_changes (id, author, reason, selection, rule) values (?, ?, ?, ?::jsonb, ?::jsonb)',
        [id, author, reason, JSON.stringify(selection), JSON.stringify(rule)],
        'run',
      );
      const found = await collect(unit, selection, (variants) => writeItems(unit, id, rule, variants));
      if ('skus' in selection) {
        const missing = selection.skus.filter((sku) => !found.has(sku));
        if (missing.length > 0) throw new UnknownSkus(missing);
      }
      const [change] = await unit.em.execute<PriceChange[]>(`select ${columns} from price_changes c where c.id = ?`, [id]);
      if (change === undefined) throw new Error(`Price change ${id} is gone`);
      return change;
    },
    byId: async (id) => (await database.sql<PriceChange>(`select ${columns} from price_changes c where c.id = ?`, [id]))[0],
    list: (limit, before) =>
      database.sql<PriceChange>(
        `select ${columns} from price_changes c ${before === undefined ? '' : 'where c.id < ?'} order by c.id desc limit ?`,
        before === undefined ? [limit] : [before, limit],
      ),
    async items(id, { limit, after = [firstId, ''], state }) {
      const rows = await database.sql<Omit<PriceChangeItem, 'before' | 'after'> & { before: string; after: string | null }>(
        `select product_id as "productId", sku, title, currency, before, after, state, ${iso('applied_at')} as "appliedAt" from price_change_items
         where change_id = ? and (product_id, sku) > (?::uuid, ?) ${state === undefined ? '' : 'and state = ?'} order by product_id, sku limit ?`,
        [id, ...after, ...(state === undefined ? [] : [state]), limit],
      );
      return rows.map((row) => ({ ...row, before: Number(row.before), after: row.after === null ? null : Number(row.after) }));
    },
    async move(id, from, to) {
      const rows = await database.sql<object>(
        `update price_changes set state = ?, started_at = case when ? = 'applying' then now() else started_at end,
           finished_at = case when ? in ('applied', 'cancelled') then now() end, leased_until = null
         where id = ? and state in (${from.map(() => '?').join(', ')}) returning id`,
        [to, to, to, id, ...from],
      );
      return rows.length > 0;
    },
    async take() {
      const [row] = await database.sql<{ id: string; rule: PriceRule }>(
        `update price_changes set leased_until = now() + interval '30 seconds' where id = (
           select id from price_changes where state = 'applying' and (leased_until is null or leased_until < now()) order by id limit 1
           for update skip locked) returning id, rule`,
      );
      return row;
    },
    async pendingProducts(id, limit) {
      // Renews the lease, and finds nothing where the change was cancelled.
      const rows = await database.sql<{ productId: string }>(
        `with held as (update price_changes set leased_until = now() + interval '30 seconds' where id = ? and state = 'applying' returning id)
         select distinct i.product_id as "productId" from price_change_items i join held on held.id = i.change_id
         where i.state = 'pending' order by 1 limit ?`,
        [id, limit],
      );
      return rows.map(({ productId }) => productId);
    },
    pendingOf: (id, productId) =>
      database
        .sql<{ sku: string; before: string; after: string }>(
          `select sku, before, after from price_change_items where change_id = ? and product_id = ? and state = 'pending'`,
          [id, productId],
        )
        .then((rows) => rows.map(({ sku, before, after }) => ({ sku, before: Number(before), after: Number(after) }))),
    async settle(unit, id, productId, applied) {
      await unit.em.execute(
        `update price_change_items set state = case when jsonb_exists(?::jsonb, sku) then 'applied' else 'skipped' end,
           applied_at = case when jsonb_exists(?::jsonb, sku) then now() end where change_id = ? and product_id = ? and state = 'pending'`,
        [JSON.stringify(applied), JSON.stringify(applied), id, productId],
        'run',
      );
    },
    async skip(id, productId) {
      await database.sql(`update price_change_items set state = 'skipped' where change_id = ? and product_id = ? and state = 'pending'`, [
        id,
        productId,
      ]);
    },
  };
}

/** Hands on what is selected in batches; answers its SKUs. */
async function collect(
  unit: UnitOfWork,
  selection: PriceSelection,
  write: (variants: readonly PricedVariant[]) => Promise<void>,
): Promise<Set<string>> {
  const found = new Set<string>();
  const conditions =
    'skus' in selection
      ? [{ sql: 'v.sku in (select value from jsonb_array_elements_text(?::jsonb))', params: [JSON.stringify(selection.skus)] }]
      : conditionsOf(selection);
  const where = ['(v.product_id, v.sku) > (?::uuid, ?)', ...conditions.map(({ sql }) => sql)].join(' and ');
  for (let after: readonly [string, string] = [firstId, '']; ;) {
    const variants = await unit.em.execute<PricedVariant[]>(
      `select v.product_id as "productId", v.sku, v.title, p.currency, v.price from variants v join products p on p.id = v.product_id
       where ${where} order by v.product_id, v.sku limit ?`,
      [...after, ...conditions.flatMap(({ params }) => params), batch],
    );
    if (variants.length > 0) await write(variants);
    for (const { sku } of variants) found.add(sku);
    if (found.size > mostItems) throw new TooMany(`More than ${String(mostItems)} prices`);
    const last = variants.at(-1);
    if (last === undefined || variants.length < batch) return found;
    after = [last.productId, last.sku];
  }
}

async function writeItems(unit: UnitOfWork, id: string, rule: PriceRule, variants: readonly PricedVariant[]): Promise<void> {
  const items = variants.map(({ price, ...variant }) => ({ ...variant, before: Number(price), after: ruledPrice(rule, Number(price)) }));
  await unit.em.execute(
    `insert into price_change_items (change_id, product_id, sku, title, currency, before, after, state)
     select ?, "productId", sku, title, currency, before, after, case when after is null then 'impossible' else 'pending' end
     from jsonb_to_recordset(?::jsonb) as v("productId" uuid, sku text, title text, currency text, before bigint, after bigint)`,
    [id, JSON.stringify(items)],
    'run',
  );
}
