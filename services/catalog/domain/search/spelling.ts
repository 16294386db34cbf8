import { withinEdits } from './edits.ts';
import { synonyms } from './synonyms.ts';
import { irregular, joined, singular, termsOf, wordsOf } from './terms.ts';

interface SpellingQuestion {
  readonly term: {
    field: string;
    prefix_length: number;
    min_word_length: number;
    size: number;
    max_edits: number;
    suggest_mode: 'always' | 'missing';
  };
}

/** For each term of a query what it may have been meant to be, the likeliest first. */
export type Spelling = ReadonlyMap<string, readonly { readonly term: string; readonly edits: 1 | 2 }[]>;

/** Nothing is asked, nothing is corrected. */
export const asWritten: Spelling = new Map();

/** Elasticsearch's answer: for each word of the text what names of products have instead. */
export interface SpellingAnswer {
  readonly near?: readonly Suggestion[] | undefined;
  readonly missing?: readonly Suggestion[] | undefined;
}
interface Suggestion {
  readonly text: string;
  readonly options: readonly { readonly text: string; readonly freq?: number }[];
}

/** Asks for words near those of the query and near two written as one: for all of them, and for those that no product has. */
export function spellingQuery(q: string): { text: string; near: SpellingQuestion; missing: SpellingQuestion } {
  const terms = termsOf(q);
  const term = { field: 'spelling', prefix_length: 0, min_word_length: 2, size: 8, max_edits: 2 };
  return {
    text: [...new Set([...wordsOf(q), ...terms, ...joined(terms)])].slice(0, 40).join(' '),
    near: { term: { ...term, suggest_mode: 'always' } },
    missing: { term: { ...term, suggest_mode: 'missing', size: 1 } },
  };
}

/** Reads the answer. Short words are corrected by one edit only, or they would become anything. */
export function readSpelling({ near = [] }: SpellingAnswer): Spelling {
  const found = new Map<string, { term: string; edits: 1 | 2 }[]>();
  for (const { text, options } of near) {
    const term = singular(text);
    const others = found.get(term) ?? [];
    for (const option of options) {
      const other = singular(option.text);
      if (other === term || others.some((known) => known.term === other)) continue;
      if (withinEdits(text, option.text, 1) || withinEdits(term, other, 1)) others.push({ term: other, edits: 1 });
      else if (text.length > 5) others.push({ term: other, edits: 2 });
    }
    for (const plural of Object.keys(irregular)) if (withinEdits(text, plural, 1)) others.push({ term: singular(plural), edits: 1 });
    found.set(
      term,
      others.sort((a, b) => a.edits - b.edits),
    );
  }
  return found;
}

/** The query with its unknown words corrected; undefined where there is nothing better. */
export function didYouMean(q: string, { missing = [] }: SpellingAnswer): string | undefined {
  const better = new Map<string, string>();
  for (const { text, options } of missing) {
    const [option] = options;
    if (option !== undefined && !synonyms.has(singular(text))) better.set(text, option.text);
  }
  if (better.size === 0) return undefined;
  return wordsOf(q)
    .map((word) => better.get(word) ?? word)
    .join(' ');
}
