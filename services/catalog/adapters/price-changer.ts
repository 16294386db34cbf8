import { every } from '@cartwright/kernel/every';
import type { Logger } from '@cartwright/kernel/telemetry/logger';
import { ruledCompareAt } from '../domain/price-rule.ts';
import type { PriceRule } from '../domain/price-rule.ts';
import { inputOf, toProduct } from '../domain/product.ts';
import { Outdated } from '../ports.ts';
import type { Documents, Products } from '../ports.ts';
import type { PriceChanges } from '../price-ports.ts';

const batch = 100;
const atATime = 4;
const sweepEveryMs = 2000;

export interface PriceChangerParts {
  readonly changes: PriceChanges;
  readonly products: Products;
  readonly documents: Documents;
  readonly log: Logger;
}

export interface PriceChanger {
  readonly wake: () => void;
  /** Works until nothing is to be applied that nobody else works on. */
  drain(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Applies price changes product by product: all prices of a product, its event and what is written down of them are one transaction. So whoever comes
 * after a crash goes on with the products that are left, and a change that is cancelled stops between two products. A price that is another than
 * the one that was shown is left alone.
 */
export function startPriceChanger({ changes, products, documents, log }: PriceChangerParts): PriceChanger {
  let running: Promise<void> | undefined;
  const ending = new AbortController();
  const isEnding = (): boolean => ending.signal.aborted;

  async function apply(id: string, rule: PriceRule, productId: string): Promise<void> {
    const product = await products.byId(productId, 'staff');
    if (product === undefined) {
      await changes.skip(id, productId);
      return;
    }
    const items = new Map((await changes.pendingOf(id, productId)).map((item) => [item.sku, item]));
    const applied: string[] = [];
    const variants = product.variants.map((variant) => {
      const item = items.get(variant.sku);
      if (item?.before !== variant.price) return variant;
      applied.push(variant.sku);
      return { ...variant, price: item.after, compareAt: ruledCompareAt(rule, variant, item.after) };
    });
    const attributes = (await documents.attributesOf([productId])).get(productId) ?? {};
    try {
      await products.save(toProduct(productId, inputOf({ ...product, variants })), attributes, {
        expected: product.revision,
        beforeCommit: async (unit) => {
          await changes.settle(unit, id, productId, applied);
          return undefined;
        },
      });
    } catch (error) {
      if (!(error instanceof Outdated)) throw error;
      await apply(id, rule, productId); // changed meanwhile: looked at anew
    }
  }

  async function work(): Promise<void> {
    for (let change = await changes.take(); change !== undefined && !isEnding(); change = await changes.take()) {
      const { id, rule } = change;
      for (;;) {
        const pending = await changes.pendingProducts(id, batch);
        if (pending.length === 0) break;
        for (let start = 0; start < pending.length; start += atATime) {
          if (isEnding()) return; // its lease runs out, and another copy goes on
          await Promise.all(pending.slice(start, start + atATime).map((productId) => apply(id, rule, productId)));
        }
      }
      await changes.move(id, ['applying'], 'applied');
    }
  }

  function drain(): Promise<void> {
    running ??= work().finally(() => {
      running = undefined;
    });
    return running;
  }

  const sweeping = every(sweepEveryMs, 'price changes', log, drain);
  return {
    drain,
    wake: () => {
      drain().catch((error: unknown) => {
        log.warn({ error }, 'a price change waits to be applied');
      });
    },
    async stop() {
      ending.abort();
      await sweeping.stop();
      await running?.catch(() => undefined);
    },
  };
}
