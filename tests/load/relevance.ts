import { indexCatalogue } from '@cartwright/catalog/test/relevance/indexed-catalogue';
import { asJudged, bars, judgedCatalogues, mean, misspelt, score } from '@cartwright/catalog/test/relevance/relevance';
import type { Figure, Outcome } from './figures.ts';

const seed = 20261124;

/** NDCG@10 of the queries that were judged, over both catalogues, each in an index of its own. `RELEVANCE_SHOW=10 npm test -- …/relevance` tells why. */
export async function benchRelevance(): Promise<Outcome> {
  const figures: Figure[] = [];
  for (const { name, read, judgements } of judgedCatalogues) {
    const catalogue = read();
    const judged = judgements(catalogue);
    const indexed = await indexCatalogue(catalogue);
    try {
      const values = {
        judged: mean(await score(indexed.index, asJudged(judged))),
        misspelt: mean(await score(indexed.index, misspelt(judged, seed))),
      };
      for (const kind of ['judged', 'misspelt'] as const)
        figures.push({ what: `NDCG@10 over ${name}, ${kind}`, value: values[kind], unit: '', is: 'at least', bar: bars[kind] });
    } finally {
      await indexed.close();
    }
  }
  return { measurements: [], figures };
}
