import { every } from '@cartwright/kernel/every';
import type { Database, UnitOfWork } from '@cartwright/kernel/postgres/database';
import type { Logger } from '@cartwright/kernel/telemetry/logger';
import type { PriceLists, PriceSource, ProductPrices } from '../ports.ts';
import { letNoneWithdraw, replaceAll } from './prices.ts';

export interface PriceListParts {
  readonly database: Database;
  readonly catalog: Pick<PriceSource, 'changes'>;
  readonly log: Logger;
  /** How long a list may wait for a change that does not come, before catalog is asked; 30 s unless told. */
  readonly patienceSeconds?: number;
}

/** Of one transaction; placements that read these prices do not wait for it. */
const atOnce = 500;
const sweepEveryMs = 1000;

type Step = ProductPrices & { readonly listVersion: number };

/**
 * Sellers' price lists, taken over change by change in the order in which the sellers made them. The broker keeps that of one product only, so a change may come
 * before an earlier one of another product: it is kept until that has come. So whoever reads prices finds those of one moment of the seller's.
 */
export function priceListsIn({ database, catalog, log, patienceSeconds = 30 }: PriceListParts): PriceLists {
  const woken = new Set<string>();
  let running: Promise<void> | undefined;

  /** Takes over the changes that follow without a hole on what is there; answers how many. */
  async function moveOn(seller: string): Promise<number> {
    return database.transaction(async (unit) => {
      await letNoneWithdraw(unit);
      const version = await lockList(unit, seller);
      const steps = await unit.em.execute<Step[]>(
        `select version::float8 as "listVersion", product_id as "productId", product_version as version, currency, variants
         from price_list_steps s where seller_id = ? and s.version > ? and s.version <= ?::bigint + ? order by s.version`,
        [seller, version, version, atOnce],
      );
      const hole = steps.findIndex(({ listVersion }, at) => listVersion !== version + 1 + at);
      const next = hole === -1 ? steps : steps.slice(0, hole);
      await takeOver(unit, next);
      await setList(unit, seller, version + next.length);
      return next.length;
    });
  }

  async function drainAll(): Promise<void> {
    for (let [seller] = woken; seller !== undefined; [seller] = woken) {
      woken.delete(seller);
      while ((await moveOn(seller)) === atOnce);
    }
  }

  function drain(): Promise<void> {
    running ??= (async () => {
      try {
        await drainAll();
      } finally {
        running = undefined;
      }
    })();
    return running;
  }

  /** Asks catalog for what a list waits for in vain: an event that went to dead letters, or was never made. */
  async function fillHoles(): Promise<void> {
    const stuck = await database.sql<{ seller: string; version: number }>(
      `select seller_id as seller, version::float8 as version from price_lists l where moved_at < now() - ? * interval '1 s' and exists (
         select 1 from price_list_steps s where s.seller_id = l.seller_id and s.version > l.version and s.kept_at < now() - ? * interval '1 s')`,
      [patienceSeconds, patienceSeconds],
    );
    for (const { seller, version } of stuck) {
      const changes = await catalog.changes(seller, version);
      log.warn({ seller, from: version, to: changes.version }, 'changes of a price list never came; catalog told them');
      await database.transaction(async (unit) => {
        await letNoneWithdraw(unit);
        if ((await lockList(unit, seller)) >= changes.version) return;
        await takeOver(unit, changes.items);
        await setList(unit, seller, changes.version);
      });
      woken.add(seller);
    }
  }

  return {
    async keep(unit, { sellerId, listVersion }, { productId, version, currency, variants }) {
      await unit.em.execute(
        `insert into price_list_steps (seller_id, version, product_id, product_version, currency, variants) values (?, ?, ?, ?, ?, ?::jsonb)
         on conflict do nothing`,
        [sellerId, listVersion, productId, version, currency, JSON.stringify(variants)],
        'run',
      );
      unit.afterCommit(() => {
        woken.add(sellerId);
        drain().catch((error: unknown) => {
          log.warn({ error }, 'price lists are behind; the next sweep moves them on');
        });
      });
    },

    async settle() {
      const waiting = await database.sql<{ seller: string }>('select distinct seller_id as seller from price_list_steps');
      for (const { seller } of waiting) woken.add(seller);
      await drain();
      await fillHoles();
      await drain();
    },
  };
}

/** Moves on what a crash left, or an error, and asks for what never came. */
export function startPriceLists(lists: Pick<PriceLists, 'settle'>, log: Logger): { stop(): Promise<void> } {
  return every(sweepEveryMs, 'price lists', log, () => lists.settle());
}

/** Of several changes of a product the last counts. */
async function takeOver(unit: UnitOfWork, changes: readonly ProductPrices[]): Promise<void> {
  if (changes.length > 0) await replaceAll(unit, [...new Map(changes.map((change) => [change.productId, change])).values()]);
}

/** Answers how far the seller's list has come; the list stays locked. Taken after the sales lock. */
async function lockList({ em }: UnitOfWork, seller: string): Promise<number> {
  await em.execute('insert into price_lists (seller_id, version) values (?, 0) on conflict do nothing', [seller], 'run');
  const [row] = await em.execute<{ version: number }[]>(
    'select version::float8 as version from price_lists where seller_id = ? for update',
    [seller],
  );
  return row?.version ?? 0;
}

/** Also removes the steps that are done, however they came to be. */
async function setList({ em }: UnitOfWork, seller: string, version: number): Promise<void> {
  await em.execute(
    'update price_lists set version = ?, moved_at = now() where seller_id = ? and version < ?',
    [version, seller, version],
    'run',
  );
  await em.execute('delete from price_list_steps where seller_id = ? and version <= ?', [seller, version], 'run');
}
