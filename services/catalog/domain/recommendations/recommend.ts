export const pairKinds = ['bought', 'viewed'] as const;
export type PairKind = (typeof pairKinds)[number];

/** So many customers bought, or visitors looked at, both `productId` and `otherId`. */
export interface Pair {
  readonly kind: PairKind;
  readonly productId: string;
  readonly otherId: string;
  readonly customers: number;
  /** How many bought, or looked at, the other one at all. */
  readonly demand: number;
}

/** Why a product is recommended: for its strongest pair; `popular` where there is none. */
export type Reason =
  | { readonly kind: 'bought_together' | 'viewed_together'; readonly withId: string; readonly customers: number }
  | { readonly kind: 'popular' };

export interface Recommended {
  readonly productId: string;
  readonly reason: Reason;
}

/** Views are many and mean little: two of them may be chance. */
export const fewestCustomers: Readonly<Record<PairKind, number>> = { bought: 1, viewed: 2 };

/** What somebody paid for says more than what they looked at. */
const weights: Readonly<Record<PairKind, number>> = { bought: 4, viewed: 1 };

/**
 * Ranks what goes with some products. What everybody buys goes with everything, so a pair counts less the more the other product is wanted anyway;
 * pairs with several of the given products add up.
 */
export function rank(pairs: readonly Pair[], given: ReadonlySet<string>): Recommended[] {
  const found = new Map<string, { score: number; best: Pair; bestScore: number }>();
  for (const pair of pairs) {
    if (given.has(pair.otherId) || pair.customers < fewestCustomers[pair.kind]) continue;
    const score = (weights[pair.kind] * pair.customers) / Math.sqrt(Math.max(pair.demand, pair.customers));
    const before = found.get(pair.otherId);
    const isBest = before === undefined || score > before.bestScore;
    found.set(pair.otherId, {
      score: (before?.score ?? 0) + score,
      best: isBest ? pair : before.best,
      bestScore: isBest ? score : before.bestScore,
    });
  }
  return [...found]
    .sort(([a, one], [b, other]) => other.score - one.score || (a < b ? -1 : 1))
    .map(([productId, { best }]) => ({
      productId,
      reason: { kind: best.kind === 'bought' ? 'bought_together' : 'viewed_together', withId: best.productId, customers: best.customers },
    }));
}

/** The reason as people read it. `title` is of the product that it goes with. */
export function explain(reason: Reason, title: string): string {
  if (reason.kind === 'popular') return 'Popular in the same category';
  const { kind, customers } = reason;
  const people = kind === 'bought_together' ? (customers === 1 ? 'customer' : 'customers') : customers === 1 ? 'visitor' : 'visitors';
  return `${kind === 'bought_together' ? 'Bought' : 'Looked at'} together with ${title} by ${String(customers)} ${people}`;
}
