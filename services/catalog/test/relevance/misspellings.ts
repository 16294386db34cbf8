const letters = 'abcdefghijklmnopqrstuvwxyz';

/** All texts that are one slip away: a letter left out, doubled by another, mistaken, swapped with the next, or a space forgotten. */
export function oneEditMisspellings(text: string): string[] {
  const found = new Set<string>();
  for (let at = 0; at <= text.length; at++) {
    const [before, after] = [text.slice(0, at), text.slice(at)];
    const inWord = /\p{L}/u.test(after[0] ?? '') || /\p{L}/u.test(before.at(-1) ?? '');
    if (inWord) for (const letter of letters) found.add(before + letter + after);
    const [here, next] = after;
    if (here === undefined) continue;
    if (here === ' ') found.add(before + after.slice(1));
    if (!/\p{L}/u.test(here)) continue;
    found.add(before + after.slice(1));
    for (const letter of letters) found.add(before + letter + after.slice(1));
    if (next !== undefined && /\p{L}/u.test(next)) found.add(before + next + here + after.slice(2));
  }
  found.delete(text);
  return [...found];
}

/** A generator of numbers from 0 to below 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** So many different ones of a list, chosen by a generator. */
export function sample<T>(all: readonly T[], count: number, random: () => number): T[] {
  const left = [...all];
  const chosen: T[] = [];
  while (chosen.length < count && left.length > 0) chosen.push(...left.splice(Math.floor(random() * left.length), 1));
  return chosen;
}
