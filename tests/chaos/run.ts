import type { Adjustment, Deletion } from '../checker/goods.ts';
import type { Goods } from './goods.ts';

/** What a run knows of all its trials: the books are checked over all of them, so that a late fault cannot spoil an early order unseen. */
export interface Run {
  readonly goods: Goods;
  /** When it began; RFC 3339. */
  readonly since: string;
  readonly acknowledged: string[];
  /** All adjustments of stock that were asked for. */
  readonly adjustments: Adjustment[];
  /** Products that are gone. */
  readonly deletions: Deletion[];
  /** Orders of nobody, by which a fault has competed for stock. */
  readonly rivals: Set<string>;
  /** Orders of earlier trials. */
  readonly seen: Set<string>;
  /** Anomalies that were told before. */
  readonly told: Set<string>;
  /** Messages that may have gone out twice, because their sender was killed. */
  readonly excused: Set<string>;
}

export function newRun(goods: Goods, since: string): Run {
  return {
    ...{ goods, since, acknowledged: [], adjustments: [], deletions: [] },
    ...{ rivals: new Set<string>(), seen: new Set<string>(), told: new Set<string>(), excused: new Set<string>() },
  };
}
