import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { readDummyJson } from '../../seed/dummyjson.ts';
import { readOwnCatalogue } from '../../seed/own-catalogue.ts';
import type { Catalogue } from '../../seed/own-catalogue.ts';
import { indexCatalogue } from './indexed-catalogue.ts';
import type { IndexedCatalogue } from './indexed-catalogue.ts';
import { readJudgements } from './judgements.ts';
import type { Judged } from './judgements.ts';
import { oneEditMisspellings, sample, seeded } from './misspellings.ts';
import { ndcgAt10 } from './ndcg.ts';

const seed = Number(process.env['RELEVANCE_SEED'] ?? '20261124');
const misspellingsPerQuery = 6;
const atATime = 8;

/** Real products of others; never skipped, since a relevance that was measured on the own catalogue alone would be fitted to it. */
const root = join(import.meta.dirname, '../../../..');
const sharedFile = join(process.env['CARTWRIGHT_SHARED_DATA'] ?? join(root, '../shared/data'), 'products.json');

interface Scored {
  readonly asked: string;
  readonly score: number;
  readonly shown: readonly string[];
}

const catalogues: readonly { name: string; judgements: string; read: () => Catalogue }[] = [
  { name: 'the project’s own catalogue', judgements: 'own.yaml', read: readOwnCatalogue },
  { name: '../shared/data/products.json', judgements: 'shared.yaml', read: () => readDummyJson(readFileSync(sharedFile, 'utf8')) },
];

for (const { name, judgements, read } of catalogues) {
  describe(`The relevance of the search over ${name}`, function () {
    this.timeout(180_000); // some hundred searches, on whatever machine
    let indexed: IndexedCatalogue | undefined;
    let judged: readonly Judged[];
    before(async () => {
      const catalogue = read();
      judged = readJudgements(judgements, catalogue);
      indexed = await indexCatalogue(catalogue);
    });
    after(() => indexed?.close());

    async function score(queries: readonly { asked: string; judged: Judged }[]): Promise<Scored[]> {
      if (indexed === undefined) throw new Error('There is no index');
      const { index } = indexed;
      const scored: Scored[] = [];
      const left = [...queries];
      const work = async (): Promise<void> => {
        for (let next = left.shift(); next !== undefined; next = left.shift()) {
          const { items } = await index.search({ q: next.asked, limit: 10 });
          const shown = items.map(({ slug }) => slug);
          scored.push({ asked: next.asked, score: ndcgAt10(shown, next.judged.grades), shown });
        }
      };
      await Promise.all(Array.from({ length: atATime }, work));
      return scored;
    }

    function mean(scored: readonly Scored[]): number {
      return scored.reduce((sum, one) => sum + one.score, 0) / scored.length;
    }

    /** Says which queries pull the mean down. */
    function worst(scored: readonly Scored[]): string {
      const low = [...scored].sort((a, b) => a.score - b.score).slice(0, Number(process.env['RELEVANCE_SHOW'] ?? '10'));
      return low.map(({ asked, score: low1, shown }) => `${low1.toFixed(2)} “${asked}”: ${shown.slice(0, 6).join(', ')}`).join('\n');
    }

    it('is judged by at least 60 queries', () => {
      expect(new Set(judged.map(({ q }) => q)).size).to.be.at.least(60);
    });

    it('has an NDCG@10 of at least 0.85', async () => {
      const scored = await score(judged.map((one) => ({ asked: one.q, judged: one })));
      if (process.env['RELEVANCE_SHOW'] !== undefined) console.log(mean(scored), `\n${worst(scored)}`);
      expect(mean(scored), worst(scored)).to.be.at.least(0.85);
    });

    it('has an NDCG@10 of at least 0.77 when each query has a typo', async () => {
      const random = seeded(seed);
      const asked = judged.flatMap((one) =>
        sample(oneEditMisspellings(one.q), misspellingsPerQuery, random).map((misspelt) => ({ asked: misspelt, judged: one })),
      );
      const scored = await score(asked);
      if (process.env['RELEVANCE_SHOW'] !== undefined) console.log(mean(scored), `\n${worst(scored)}`);
      expect(mean(scored), `seed ${String(seed)}\n${worst(scored)}`).to.be.at.least(0.77);
    });
  });
}
