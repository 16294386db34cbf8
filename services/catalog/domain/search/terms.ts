/**
 * Words as the index knows them: small letters without accents, singular, without those that say nothing. Products and queries go through the
 * same function, so `Women’s Watches` and `woman watch` meet; Elasticsearch only splits at spaces. A change here needs a new index (`termsVersion`).
 */
export function termsOf(text: string): string[] {
  return wordsOf(text)
    .filter((word) => !silent.has(word))
    .map(singular);
}

/** Part of the index's name: another value makes a new index. */
export const termsVersion = 1;

/** Words as they are written, in small letters without accents: `Kids' T-Shirts` is `kids`, `t`, `shirts`. */
export function wordsOf(text: string): string[] {
  const plain = text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/['’`](?=s(?![\p{L}\p{N}]))/gu, ' ') // women's
    .replaceAll(/['’`]/g, '');
  return (plain.match(/[\p{L}\p{N}]+(?:[.,]\p{N}+)*/gu) ?? []).filter((word) => word !== 's').map((word) => word.replaceAll(',', '.'));
}

const silent = new Set(
  'a an and are as at be but by for from if in into is it my no not of on or our s such that the their then there these they this to was will with your'.split(
    ' ',
  ),
);

/** Plurals that no rule makes. */
export const irregular: Readonly<Record<string, string>> = {
  calves: 'calf',
  children: 'child',
  feet: 'foot',
  geese: 'goose',
  halves: 'half',
  hooves: 'hoof',
  knives: 'knife',
  leaves: 'leaf',
  loaves: 'loaf',
  men: 'man',
  mice: 'mouse',
  people: 'person',
  scarves: 'scarf',
  shelves: 'shelf',
  teeth: 'tooth',
  wives: 'wife',
  wolves: 'wolf',
  women: 'woman',
};

/** `dishes` is `dish`, `berries` is `berry`; what is not English is only cut alike on both sides. */
export function singular(word: string): string {
  if (word.length < 4 || !/[a-z]s$/.test(word)) return irregular[word] ?? word;
  if (/(?:ss|us|is)$/.test(word)) return word;
  const known = irregular[word];
  if (known !== undefined) return known;
  if (/[^aeiou]ies$/.test(word)) return word.length > 5 ? `${word.slice(0, -3)}y` : word.slice(0, -1); // ties, pies
  if (/(?:ss|x|zz|ch|sh)es$/.test(word)) return word.slice(0, -2);
  if (/[^aeiou]oes$/.test(word)) return /^(?:shoes|toes|hoes)$/.test(word) ? word.slice(0, -1) : word.slice(0, -2);
  const cut = word.slice(0, -1);
  return irregular[cut] ?? cut;
}

/** Neighbours written as one: `head torch` is found by `headtorch`. */
export function joined(terms: readonly string[]): string[] {
  return terms.slice(1).map((term, index) => `${terms[index] ?? ''}${term}`);
}
