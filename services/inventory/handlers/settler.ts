import { setTimeout as delay } from 'node:timers/promises';
import type { Kernel } from '@cartwright/kernel/kernel';
import { every } from '@cartwright/kernel/every';
import { isTransient } from '@cartwright/kernel/dapr/errors';
import { settleReservation } from './settle-reservation.ts';
import type { Reservations, StockTurns } from '../ports.ts';

export interface Settler {
  /** Begins the work on a reservation, now. What fails is done by the sweeper. */
  readonly settle: (orderId: string) => void;
  /** Does what was left by others, once. Answers how many reservations. */
  sweep(olderThanMs?: number): Promise<number>;
  stop(): Promise<void>;
}

const leftAfterMs = 10_000;
const sweepEveryMs = 2_000;
const patienceMs = 200;
/** Reservations worked on at a time; more would only wait for connections to the database. */
const mostAtATime = 32;

/** Works on reservations in the background: those of new events at once, those that a crash has left after ten seconds. */
export function startSettler(kernel: Pick<Kernel, 'log'>, reservations: Reservations, stock: StockTurns): Settler {
  const waiting: string[] = [];
  const running = new Set<Promise<void>>();
  let stopped = false;
  const patience = async (): Promise<void> => {
    await delay(patienceMs);
  };

  async function work(orderId: string): Promise<void> {
    try {
      await settleReservation(orderId, { reservations, stock, patience });
    } catch (error) {
      kernel.log[isTransient(error) ? 'warn' : 'error']({ error, orderId }, 'A reservation is left to the sweeper');
    }
  }

  async function drain(): Promise<void> {
    for (let orderId = waiting.shift(); orderId !== undefined && !stopped; orderId = waiting.shift()) await work(orderId);
  }

  function settle(orderId: string): void {
    waiting.push(orderId);
    if (running.size >= mostAtATime) return;
    const worker = drain();
    running.add(worker);
    void worker.finally(() => running.delete(worker));
  }

  async function sweep(olderThanMs = leftAfterMs): Promise<number> {
    const left = await reservations.unsettled(olderThanMs, 100);
    await Promise.all(left.map(work));
    return left.length;
  }

  const sweeping = every(sweepEveryMs, 'sweep reservations', kernel.log, () => sweep());

  return {
    settle,
    sweep,
    async stop() {
      stopped = true;
      await Promise.all([sweeping.stop(), ...running]);
    },
  };
}
