import { mappingHash } from '@cartwright/catalog/adapters/search-mapping';
import { searchQuery } from '@cartwright/catalog/domain/search/search-query';
import { asWritten } from '@cartwright/catalog/domain/search/spelling';
import type { Stack } from '../stack.ts';
import { closedLoop } from './closed-loop.ts';
import type { Measurement } from './closed-loop.ts';
import { cpuClock } from './cpu.ts';
import type { Outcome } from './figures.ts';
import { inTurn } from './in-turn.ts';
import { ServiceClient } from './service-client.ts';
import { serviceUrl } from './staff.ts';
import { wideSearch, wideTyping, widen } from './wide-catalogue.ts';
import type { LoopLengths } from './workload.ts';

const productsToSearch = 100_000;
const productsToSuggest = 10_000;
const pageSize = 20;
const mostTimesElasticsearch = 3;
const mostMilliseconds = 30;

/** Words with filters and all facets; beside the same query sent to Elasticsearch itself. Imports made-up products first where there are too few. */
export async function benchSearch(stack: Stack, lengths: LoopLengths): Promise<Outcome> {
  const { products, imported, importSeconds, searchableSeconds } = await widen(stack, lengths.products ?? productsToSearch);
  if (imported > 0)
    console.error(`  imported ${String(imported)} in ${importSeconds.toFixed(0)} s, searchable after ${searchableSeconds.toFixed(0)} s`);
  const { elasticsearchUrl } = stack.stores;
  const [best, floor] = await inTurn(
    () =>
      measured(stack, lengths, `search in ${String(products)} products`, serviceUrl(stack, 'catalog'), async (client, number) => {
        const { q, category, minPrice, maxPrice } = wideSearch(number);
        const query = new URLSearchParams({ q, category, minPrice: String(minPrice), maxPrice: String(maxPrice), limit: String(pageSize) });
        const { degraded } = await client.ask<{ degraded?: boolean }>('GET', `/api/catalog/search?${query.toString()}`);
        if (degraded === true) throw new Error('Postgres has answered instead of Elasticsearch');
      }),
    () =>
      measured(stack, lengths, 'floor: the same query, asked of Elasticsearch', elasticsearchUrl, (client, number) => {
        const request = { ...wideSearch(number), limit: pageSize };
        const body = searchQuery(request, { q: request.q, mode: 'exact', spelling: asWritten });
        return client.ask('POST', `/products-${mappingHash}/_search`, body);
      }),
    (one, other) => one.p95 < other.p95,
  );
  const ratio = { what: `p95 of ${best.name}, beside Elasticsearch asked directly`, value: best.p95 / floor.p95, unit: 'times' };
  return { measurements: [best, floor], figures: [{ ...ratio, is: 'at most', bar: mostTimesElasticsearch }] };
}

/** Suggestions for what one client types, with typos. */
export async function benchSuggest(stack: Stack, lengths: LoopLengths): Promise<Outcome> {
  const { products } = await widen(stack, lengths.products ?? productsToSuggest);
  const name = `suggestions from ${String(products)} products, 1 client`;
  const ours = await measured(stack, { ...lengths, buyers: 1 }, name, serviceUrl(stack, 'catalog'), (client, number) =>
    client.ask('GET', `/api/catalog/suggest?q=${encodeURIComponent(wideTyping(number))}`),
  );
  const p95 = { what: `p95 of ${name}`, value: ours.p95, unit: 'ms' };
  return { measurements: [ours], figures: [{ ...p95, is: 'at most', bar: mostMilliseconds }] };
}

async function measured(
  stack: Stack,
  lengths: LoopLengths,
  name: string,
  url: string,
  ask: (client: ServiceClient, number: number) => Promise<unknown>,
): Promise<Measurement> {
  const client = new ServiceClient(url);
  let number = 0;
  try {
    return await closedLoop({
      name,
      ...lengths,
      cpu: cpuClock(stack.instance),
      buyer: () => async () => {
        await ask(client, number++);
      },
    });
  } finally {
    await client.close();
  }
}
