import { setTimeout as delay } from 'node:timers/promises';

/** What came so far is handed on when nothing more comes for so long. */
const idleMs = 100;

/** A batch is full with so many items, or with items of so much weight. */
export interface BatchSize<T> {
  readonly items: number;
  readonly weight?: number;
  readonly weigh?: (item: T) => number;
}

/** Items in batches. Asks for the next one only when the batch is taken; where the source breaks, what came before is handed on first. */
export async function* batchesOf<T>(
  source: AsyncIterable<T>,
  { items, weight = Infinity, weigh = () => 0 }: BatchSize<T>,
): AsyncGenerator<T[]> {
  const iterator = source[Symbol.asyncIterator]();
  let batch: T[] = [];
  let heavy = 0;
  let next = iterator.next();
  try {
    for (;;) {
      const arriving = next.catch((error: unknown) => ({ broke: error }));
      const found = batch.length === 0 ? await arriving : await unlessIdle(arriving);
      if (found !== 'idle' && !('broke' in found) && found.done !== true) {
        batch.push(found.value);
        heavy += weigh(found.value);
        next = iterator.next();
        if (batch.length < items && heavy < weight) continue;
      }
      if (batch.length > 0) yield batch;
      batch = [];
      heavy = 0;
      if (found === 'idle') continue;
      if ('broke' in found) throw found.broke;
      if (found.done === true) return;
    }
  } finally {
    next.catch(() => undefined);
    await iterator.return?.();
  }
}

/** `idle` where nothing has come for a while. No promise outlives the call: one that never settles would keep each item that it was raced with. */
async function unlessIdle<T>(arriving: Promise<T>): Promise<T | 'idle'> {
  const idle = new AbortController();
  try {
    return await Promise.race([arriving, delay(idleMs, 'idle' as const, { signal: idle.signal }).catch(() => 'idle' as const)]);
  } finally {
    idle.abort();
  }
}
