import { setTimeout as delay } from 'node:timers/promises';
import type { Stack } from '../stack.ts';
import type { Habits } from './choices.ts';
import type { Goods } from './goods.ts';
import type { Processes } from './processes.ts';

/** What a fault can reach. */
export interface Surroundings {
  readonly stack: Stack;
  readonly processes: Processes;
  /** What people buy. */
  readonly goods: Pick<Goods, 'skus' | 'scarce'>;
  /** Names an order that no customer placed: what is held for it is given back, and the checker looks for nothing else of it. */
  readonly rival: (orderId: string) => void;
}

/** Something that goes wrong while people shop. */
export interface Fault {
  /** As in `--fault kill-orders`. */
  readonly name: string;
  readonly what: string;
  /** How long it lasts before it is undone; 0: it happens once, and what it broke has to heal by itself. */
  readonly lastsMs: number;
  /** How soon after it purchases must succeed again; a minute unless told. */
  readonly recoversWithinMs?: number;
  /** How people shop while it is tried, where not as usual. */
  readonly habits?: Habits;
  /** Whether somebody may be told something twice, since nobody can know if a message went out whose sender died. */
  readonly mayTellTwice?: true;
  /**
   * Makes it happen. What it breaks it defers the mending of on `undo`, before it breaks it or in the same breath: all of it is mended, the latest first,
   * also where a later step fails or somebody ends the run.
   */
  inject(surroundings: Surroundings, undo: AsyncDisposableStack): Promise<void>;
}

/** Does something again and again beside the load until it is undone. What that throws is thrown by whoever undoes it, and by nobody before. */
export function repeatedly(undo: AsyncDisposableStack, everyMs: number, work: () => Promise<unknown>): void {
  const ended = new AbortController();
  const again = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      await work();
      await delay(everyMs, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  };
  const outcome = again().then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  undo.defer(async () => {
    ended.abort();
    const failed = await outcome;
    if (failed !== undefined) throw failed.error;
  });
}
