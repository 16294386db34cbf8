/** What a product is worth to somebody who asked: 3 what was meant, 2 would do, 1 is near, 0 (not named) is nothing. */
export type Grades = ReadonlyMap<string, number>;

/** Normalised discounted cumulative gain of the first ten: 1 is the best possible order, 0 means that nothing of worth was shown. */
export function ndcgAt10(shown: readonly string[], grades: Grades): number {
  const ideal = [...grades.values()].sort((a, b) => b - a);
  const best = gain(ideal);
  return best === 0 ? 0 : gain(shown.map((id) => grades.get(id) ?? 0)) / best;
}

function gain(grades: readonly number[]): number {
  return grades.slice(0, 10).reduce((sum, grade, index) => sum + (2 ** grade - 1) / Math.log2(index + 2), 0);
}
