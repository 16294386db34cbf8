import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Catalogue } from '../../seed/own-catalogue.ts';

export interface Judged {
  readonly q: string;
  /** By slug. */
  readonly grades: ReadonlyMap<string, number>;
}

/** Reads the queries that were judged over a catalogue. Throws where a product is not in it. */
export function readJudgements(file: string, { products }: Catalogue): Judged[] {
  const slugs = new Map<string, string[]>();
  for (const { line } of products) slugs.set(line.title, [...(slugs.get(line.title) ?? []), line.slug]);
  const entries = parse(readFileSync(join(import.meta.dirname, file), 'utf8')) as { q: string; 1?: string[]; 2?: string[]; 3?: string[] }[];
  return entries.map((entry) => {
    const grades = new Map<string, number>();
    for (const grade of [1, 2, 3] as const)
      for (const title of entry[grade] ?? []) {
        const named = slugs.get(title);
        if (named === undefined) throw new Error(`${file}, “${entry.q}”: there is no product ${title}`);
        for (const slug of named) grades.set(slug, grade);
      }
    return { q: entry.q, grades };
  });
}
