import type { Stack } from '../stack.ts';
import type { Processes } from './processes.ts';

/** What a fault can reach. */
export interface Surroundings {
  readonly stack: Stack;
  readonly processes: Processes;
  /** What people buy. */
  readonly skus: readonly string[];
}

/** Something that goes wrong while people shop. */
export interface Fault {
  /** As in `--fault kill-orders`. */
  readonly name: string;
  readonly what: string;
  /** How long it lasts before it is undone; 0: it happens once, and what it broke has to heal by itself. */
  readonly lastsMs: number;
  /** How soon after it purchases must succeed again; unlimited unless told. */
  readonly recoversWithinMs?: number;
  /** Makes it happen; answers what undoes it. */
  inject(surroundings: Surroundings): Promise<() => Promise<void>>;
}

export const nothingToUndo = (): Promise<void> => Promise.resolve();
