import type { Stack } from '../stack.ts';
import { benchCart } from './cart.ts';
import { benchCheckout } from './checkout.ts';
import type { Measurement } from './closed-loop.ts';
import type { Outcome } from './figures.ts';
import { benchFlash } from './flash.ts';
import { benchImport } from './import.ts';
import { benchPasswords } from './passwords.ts';
import { benchProduct } from './product.ts';
import { benchRebuild } from './rebuild.ts';
import { benchRelevance } from './relevance.ts';
import { benchSearch, benchSuggest } from './search.ts';
import type { LoopLengths } from './workload.ts';

type Workload = (stack: Stack, lengths: LoopLengths) => Promise<Outcome>;

/** Workloads by name; where there are measurements the first is ours, the second its floor, where it has one. */
export const workloads: Readonly<Record<string, Workload>> = {
  cart: withoutBar(benchCart),
  checkout: withoutBar(benchCheckout),
  flash: withoutBar(benchFlash),
  passwords: benchPasswords,
  product: benchProduct,
  // Each finds the products that it needs from the one before it, where all are run.
  suggest: benchSuggest,
  import: (stack, lengths) => benchImport(stack, lengths, 'ndjson'),
  search: benchSearch,
  rebuild: benchRebuild,
  'import-csv': (stack, lengths) => benchImport(stack, lengths, 'csv'),
  relevance: benchRelevance,
};

function withoutBar(run: (stack: Stack, lengths: LoopLengths) => Promise<Measurement[]>): Workload {
  return async (stack, lengths) => ({ measurements: await run(stack, lengths), figures: [] });
}
