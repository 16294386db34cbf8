import type { Measurement } from './closed-loop.ts';

/**
 * Ours and its floor, each measured twice in turn, and of each the better run: on a small machine whoever happens to run beside, or what a store still
 * does after an import, takes from one of them only.
 */
export async function inTurn(
  ours: () => Promise<Measurement>,
  floor: () => Promise<Measurement>,
  isBetter: (one: Measurement, other: Measurement) => boolean,
): Promise<[Measurement, Measurement]> {
  const better = (one: Measurement, other: Measurement): Measurement => (isBetter(other, one) ? other : one);
  const [first, firstFloor] = [await ours(), await floor()];
  const [second, secondFloor] = [await ours(), await floor()];
  return [better(first, second), better(firstFloor, secondFloor)];
}
