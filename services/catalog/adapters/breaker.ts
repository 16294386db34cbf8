/** Thrown instead of asking a store that did not answer a moment ago. */
export class Away extends Error {
  override readonly name = 'Away';
}

export interface BreakerOptions {
  /** Whether an error says that the store is away, not that the question was wrong. */
  readonly isAway: (error: unknown) => boolean;
  /** For how long nothing is asked after that. */
  readonly pauseMs?: number;
  readonly now?: () => number;
}

/**
 * Keeps callers from waiting for a store that is away: after a failure nobody asks for a while, then one does, and the others when it got an
 * answer.
 */
export function breaker({
  isAway,
  pauseMs = 2000,
  now = () => performance.now(),
}: BreakerOptions): <T>(work: () => Promise<T>) => Promise<T> {
  let failed = false;
  let silentUntil = 0;
  return async (work) => {
    if (failed) {
      if (now() < silentUntil) throw new Away('The store did not answer a moment ago');
      silentUntil = now() + pauseMs; // this one tries, the others do not wait for it
    }
    try {
      const result = await work();
      failed = false;
      return result;
    } catch (error) {
      failed = isAway(error);
      silentUntil = now() + pauseMs;
      throw error;
    }
  };
}
