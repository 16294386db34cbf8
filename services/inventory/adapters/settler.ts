import { setTimeout as delay } from 'node:timers/promises';
import type { Kernel } from '@cartwright/kernel/kernel';
import { every } from '@cartwright/kernel/every';
import { isTransient } from '@cartwright/kernel/dapr/errors';
import { settleReservation } from '../domain/settle-reservation.ts';
import type { Reservations, StockTurns } from '../ports.ts';

export interface Settler {
  /** Begins the work on a reservation, now. What fails is done by the sweeper. */
  readonly settle: (orderId: string) => void;
  /** Does what was left by others, once. Answers how many reservations. */
  sweep(olderThanMs?: number): Promise<number>;
  stop(): Promise<void>;
}

const leftAfterMs = 10_000;
const sweepEveryMs = 5_000;
const patienceMs = 200;

/** Works on reservations in the background: those of new events at once, those that a crash has left after ten seconds. */
export function startSettler(kernel: Pick<Kernel, 'log'>, reservations: Reservations, stock: StockTurns): Settler {
  const running = new Set<Promise<void>>();
  const patience = async (): Promise<void> => {
    await delay(patienceMs);
  };

  async function work(orderId: string): Promise<void> {
    try {
      await settleReservation(orderId, { reservations, stock, patience });
    } catch (error) {
      kernel.log[isTransient(error) ? 'warn' : 'error']({ error, orderId }, 'The reservation is left to the sweeper');
    }
  }

  function settle(orderId: string): void {
    const job = work(orderId);
    running.add(job);
    void job.finally(() => running.delete(job));
  }

  async function sweep(olderThanMs = leftAfterMs): Promise<number> {
    const left = await reservations.unsettled(olderThanMs, 100);
    for (const orderId of left) await work(orderId);
    return left.length;
  }

  const sweeping = every(sweepEveryMs, 'sweep of reservations', kernel.log, () => sweep());

  return {
    settle,
    sweep,
    async stop() {
      await sweeping.stop();
      await Promise.all(running);
    },
  };
}
