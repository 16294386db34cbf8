import { expect } from 'chai';
import type { SearchIndex } from '../../search-ports.ts';
import { indexCatalogue } from './indexed-catalogue.ts';
import type { IndexedCatalogue } from './indexed-catalogue.ts';
import type { Judged } from './judgements.ts';
import { asJudged, bars, judgedCatalogues, mean, misspelt, score } from './relevance.ts';
import type { Scored } from './relevance.ts';

const seed = Number(process.env['RELEVANCE_SEED'] ?? '20261124');

for (const { name, judgements, read } of judgedCatalogues) {
  describe(`The relevance of the search over ${name}`, function () {
    this.timeout(180_000); // some hundred searches, on whatever machine
    let indexed: IndexedCatalogue | undefined;
    let judged: readonly Judged[];
    before(async () => {
      const catalogue = read();
      judged = judgements(catalogue);
      indexed = await indexCatalogue(catalogue);
    });
    after(() => indexed?.close());

    function theIndex(): SearchIndex {
      if (indexed === undefined) throw new Error('There is no index');
      return indexed.index;
    }

    /** Says which queries pull the mean down. */
    function worst(scored: readonly Scored[]): string {
      const low = [...scored].sort((a, b) => a.score - b.score).slice(0, Number(process.env['RELEVANCE_SHOW'] ?? '10'));
      return low.map(({ asked, score: low1, shown }) => `${low1.toFixed(2)} “${asked}”: ${shown.slice(0, 6).join(', ')}`).join('\n');
    }

    it('is judged by at least 60 queries', () => {
      expect(new Set(judged.map(({ q }) => q)).size).to.be.at.least(60);
    });

    it(`has an NDCG@10 of at least ${String(bars.judged)}`, async () => {
      const scored = await score(theIndex(), asJudged(judged));
      if (process.env['RELEVANCE_SHOW'] !== undefined) console.log(mean(scored), `\n${worst(scored)}`);
      expect(mean(scored), worst(scored)).to.be.at.least(bars.judged);
    });

    it(`has an NDCG@10 of at least ${String(bars.misspelt)} when each query has a typo`, async () => {
      const scored = await score(theIndex(), misspelt(judged, seed));
      if (process.env['RELEVANCE_SHOW'] !== undefined) console.log(mean(scored), `\n${worst(scored)}`);
      expect(mean(scored), `seed ${String(seed)}\n${worst(scored)}`).to.be.at.least(bars.misspelt);
    });
  });
}
