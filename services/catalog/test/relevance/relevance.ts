import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDummyJson } from '../../seed/dummyjson.ts';
import { readOwnCatalogue } from '../../seed/own-catalogue.ts';
import type { Catalogue } from '../../seed/own-catalogue.ts';
import type { SearchIndex } from '../../search-ports.ts';
import { readJudgements } from './judgements.ts';
import type { Judged } from './judgements.ts';
import { oneEditMisspellings, sample, seeded } from './misspellings.ts';
import { ndcgAt10 } from './ndcg.ts';

/** The least mean NDCG@10, of queries as they were judged, and of each with a typo. */
export const bars = { judged: 0.85, misspelt: 0.77 } as const;

const misspellingsPerQuery = 6;
const atATime = 8;

/** Real products of others; never skipped, since a relevance that was measured on the own catalogue alone would be fitted to it. */
const root = join(import.meta.dirname, '../../../..');
const sharedFile = join(process.env['CARTWRIGHT_SHARED_DATA'] ?? join(root, '../shared/data'), 'products.json');

interface JudgedCatalogue {
  readonly name: string;
  readonly read: () => Catalogue;
  readonly judgements: (catalogue: Catalogue) => Judged[];
}

export const judgedCatalogues: readonly JudgedCatalogue[] = [
  { name: 'the project’s own catalogue', read: readOwnCatalogue, judgements: (catalogue) => readJudgements('own.yaml', catalogue) },
  {
    name: '../shared/data/products.json',
    read: () => readDummyJson(readFileSync(sharedFile, 'utf8')),
    judgements: (catalogue) => readJudgements('shared.yaml', catalogue),
  },
];

/** What somebody asked, and what the answer is worth. */
export interface Scored {
  readonly asked: string;
  readonly score: number;
  readonly shown: readonly string[];
}

interface Query {
  readonly asked: string;
  readonly judged: Judged;
}

export function asJudged(judged: readonly Judged[]): Query[] {
  return judged.map((one) => ({ asked: one.q, judged: one }));
}

/** Some of the one-edit misspellings of each query; the same for the same seed. */
export function misspelt(judged: readonly Judged[], seed: number): Query[] {
  const random = seeded(seed);
  return judged.flatMap((one) => sample(oneEditMisspellings(one.q), misspellingsPerQuery, random).map((asked) => ({ asked, judged: one })));
}

export async function score({ search }: Pick<SearchIndex, 'search'>, queries: readonly Query[]): Promise<Scored[]> {
  const scored: Scored[] = [];
  const left = [...queries];
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const { items } = await search({ q: next.asked, limit: 10 });
      const shown = items.map(({ slug }) => slug);
      scored.push({ asked: next.asked, score: ndcgAt10(shown, next.judged.grades), shown });
    }
  };
  await Promise.all(Array.from({ length: atATime }, work));
  return scored;
}

export function mean(scored: readonly Scored[]): number {
  return scored.reduce((sum, one) => sum + one.score, 0) / scored.length;
}
