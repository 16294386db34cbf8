import type { Stack } from '../stack.ts';
import { benchCart } from './cart.ts';
import { benchCheckout } from './checkout.ts';
import { benchFlash } from './flash.ts';
import { benchSearch, benchSuggest } from './search.ts';
import type { Measurement } from './closed-loop.ts';
import { benchProduct } from './product.ts';
import type { LoopLengths } from './workload.ts';

/** Workloads by name; the first measurement is ours, the second its floor, where it has one. */
export const workloads: Readonly<Record<string, (stack: Stack, lengths: LoopLengths) => Promise<Measurement[]>>> = {
  cart: benchCart,
  checkout: benchCheckout,
  flash: benchFlash,
  suggest: benchSuggest,
  search: benchSearch,
  product: benchProduct,
};
