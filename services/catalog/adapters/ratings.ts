import { every } from '@cartwright/kernel/every';
import type { Database } from '@cartwright/kernel/postgres/database';
import type { Logger } from '@cartwright/kernel/telemetry/logger';
import { ratingOf } from '../domain/reviews/review.ts';
import type { Products } from '../ports.ts';
import type { Changed, Reviews } from '../review-ports.ts';

export interface Ratings {
  /**
   * Does what changes reviews of a product, and gives the product the rating that they come to. Answers undefined, and does nothing, when there
   * is no such product.
   */
  change<T>(productId: string, work: () => Promise<Changed<T>>): Promise<{ readonly result: T } | undefined>;
  /** Gives products the rating of their reviews where it did not follow. Answers how many had another. */
  settle(): Promise<number>;
  stop(): Promise<void>;
}

const batch = 500;
const sweepEveryMs = 2000;

export interface RatingsParts {
  readonly database: Pick<Database, 'sql'>;
  readonly products: Pick<Products, 'rate'>;
  readonly reviews: Pick<Reviews, 'summaryOf' | 'settle' | 'unsettled'>;
  readonly log: Logger;
}

/**
 * Ratings of products. Reviews and what they come to are one transaction in MongoDB, which is the truth; the product's row in Postgres, the search
 * index behind it and the caches follow. A process that ends between the two leaves the summary marked as unsettled, and it is found by that.
 */
export function ratingsOf({ database, products, reviews, log }: RatingsParts): Ratings {
  async function change<T>(productId: string, work: () => Promise<Changed<T>>): Promise<{ readonly result: T } | undefined> {
    let changed: Changed<T> | undefined;
    const found = await products.rate(productId, async () => {
      changed = await work();
      return ratingOf(changed.summary.stars);
    });
    if (!found || changed === undefined) return undefined;
    const { result, summary } = changed;
    // It is in place; to say so may fail, and is then said by the sweep.
    await reviews.settle([{ productId, summary }]).catch((error: unknown) => {
      log.warn({ error, productId }, 'a rating is not marked as settled yet');
    });
    return { result };
  }

  async function settle(): Promise<number> {
    let corrected = 0;
    for (let full = true; full;) {
      const unsettled = await reviews.unsettled(batch);
      full = unsettled.length === batch;
      if (unsettled.length === 0) break;
      const places = unsettled.map(() => '?').join(', ');
      const rows = await database.sql<{ id: string; sum: number; count: number }>(
        `select id, rating_sum as sum, rating_count as count from products where id in (${places})`,
        unsettled.map(({ productId }) => productId),
      );
      const stored = new Map(rows.map((row) => [row.id, row]));
      const waiting = new Set<string>();
      for (const { productId, summary } of unsettled) {
        const { sum, count } = ratingOf(summary.stars);
        const row = stored.get(productId);
        if (row === undefined || (row.sum === sum && row.count === count)) continue;
        const rated = await products.rate(productId, async () => ratingOf((await reviews.summaryOf(productId)).stars));
        if (rated) corrected++;
        else waiting.add(productId); // it is not for sale at the moment
      }
      await reviews.settle(unsettled.filter(({ productId }) => !waiting.has(productId)));
      if (waiting.size > 0) break; // or they would be met again
    }
    return corrected;
  }

  const sweeping = every(sweepEveryMs, 'ratings', log, settle);
  return { change, settle, stop: () => sweeping.stop() };
}
