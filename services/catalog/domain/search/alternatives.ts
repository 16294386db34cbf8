import { withinEdits } from './edits.ts';
import type { Spelling } from './spelling.ts';
import { longestPhrase, synonyms } from './synonyms.ts';
import { joined } from './terms.ts';

/** A word, or words that have to be there together, in the place of a term of the query; `weight` 1 is the term itself. */
export interface Alternative {
  readonly terms: readonly string[];
  readonly weight: number;
}

const mostTerms = 12;
const synonymWeight = 0.6;
const joinedWeight = 0.9;
const splitWeight = 0.5;
const oneEditWeight = 0.5;
const twoEditsWeight = 0.3;

/** For each term (of the first twelve) what may stand in its place, itself first. What stands for a phrase stands for each of its terms. */
export function alternativesOf(all: readonly string[], spelling: Spelling): Alternative[][] {
  const terms = all.slice(0, mostTerms);
  const found = terms.map((term): Alternative[] => [{ terms: [term], weight: 1 }]);
  const add = (start: number, length: number, others: readonly Alternative[]): void => {
    for (let at = start; at < start + length; at++) found[at]?.push(...others);
  };
  for (const [start, length] of spans(terms.length)) add(start, length, standingFor(terms.slice(start, start + length)));
  if (spelling.size === 0) return found;

  for (const [at, term] of terms.entries()) add(at, 1, corrected(term, spelling));
  const meant = terms.map((term) => spelling.get(term)?.[0]?.term ?? term);
  for (const [start, length] of spans(terms.length)) {
    const phrase = terms.slice(start, start + length);
    const other = meant.slice(start, start + length);
    const better = phrase.join(' ') === other.join(' ') ? [] : standingFor(other);
    const asOne = length === 2 ? joined(phrase).flatMap((one) => near(one, spelling)) : [];
    add(start, length, [...asOne, ...weighted([...better, ...misspeltPhrase(phrase)], oneEditWeight)]);
  }
  return found.map((alternatives) => strongest(alternatives));
}

function* spans(count: number): Generator<readonly [start: number, length: number]> {
  for (let length = 1; length <= Math.min(longestPhrase, count); length++)
    for (let start = 0; start + length <= count; start++) yield [start, length];
}

function standingFor(phrase: readonly string[]): Alternative[] {
  const same = (synonyms.get(phrase.join(' ')) ?? []).map((terms) => ({ terms, weight: synonymWeight }));
  return phrase.length === 2 ? [...same, ...joined(phrase).map((one) => ({ terms: [one], weight: joinedWeight }))] : same;
}

/** What a term may have been meant to be, or the two that it may have been written together from. */
function corrected(term: string, spelling: Spelling): Alternative[] {
  const cuts = Array.from({ length: Math.max(0, term.length - 3) }, (_, index) => index + 2);
  return [...near(term, spelling), ...cuts.map((cut) => ({ terms: [term.slice(0, cut), term.slice(cut)], weight: splitWeight }))];
}

function near(term: string, spelling: Spelling): Alternative[] {
  return (spelling.get(term) ?? []).flatMap((word) => {
    const weight = word.edits === 1 ? oneEditWeight : twoEditsWeight;
    return [{ terms: [word.term], weight }, ...weighted(standingFor([word.term]), weight)];
  });
}

/** Words that no product has may still be misspelt ones of our own: `ruksack`. */
function misspeltPhrase(phrase: readonly string[]): Alternative[] {
  const text = phrase.join(' ');
  const edits = text.length > 7 ? 2 : text.length > 3 ? 1 : 0;
  if (edits === 0 || synonyms.has(text)) return [];
  return [...synonyms.keys()]
    .filter((key) => withinEdits(text, key, edits))
    .flatMap((key) => [{ terms: key.split(' '), weight: 1 }, ...standingFor(key.split(' '))]);
}

function weighted(alternatives: readonly Alternative[], factor: number): Alternative[] {
  return alternatives.map(({ terms, weight }) => ({ terms, weight: weight * factor }));
}

/** Each of them once, with the most weight that it was given; not more than Elasticsearch takes well. */
function strongest(alternatives: readonly Alternative[]): Alternative[] {
  const best = new Map<string, Alternative>();
  for (const one of alternatives) {
    const key = one.terms.join(' ');
    if ((best.get(key)?.weight ?? 0) < one.weight) best.set(key, one);
  }
  const [own, ...others] = best.values();
  return own === undefined ? [] : [own, ...others.sort((a, b) => b.weight - a.weight).slice(0, 30)];
}
