import type { Stack } from '../stack.ts';
import type { Outcome } from './figures.ts';
import { watchPeakMemory } from './memory.ts';
import { serviceUrl } from './staff.ts';
import { importMadeUp } from './wide-catalogue.ts';
import type { FileFormat } from './wide-catalogue.ts';
import type { LoopLengths } from './workload.ts';

const productsToImport = 100_000;
/** The bars are for a hundred thousand products; for fewer there is as much less time. */
const mostSeconds = 480;
const mostMebibytes = 400;

/** A file of products that are new, until searches find the last one; and the most memory that catalog takes meanwhile. The products stay. */
export async function benchImport(stack: Stack, { products = productsToImport }: LoopLengths, format: FileFormat): Promise<Outcome> {
  const peakMemory = watchPeakMemory(serviceUrl(stack, 'catalog'));
  const { importSeconds, searchableSeconds } = await importMadeUp(stack, products, format);
  const name = `${format.toUpperCase()} of ${String(products)} products`;
  console.error(`  ${name}: imported in ${importSeconds.toFixed(0)} s`);
  return {
    measurements: [],
    figures: [
      {
        ...{ what: `${name} until searchable`, value: searchableSeconds, unit: 's' },
        ...{ is: 'at most', bar: Math.max(1, Math.round((mostSeconds * products) / productsToImport)) },
      },
      { what: `most resident memory of catalog, ${name}`, value: peakMemory(), unit: 'MiB', is: 'at most', bar: mostMebibytes },
    ],
  };
}
