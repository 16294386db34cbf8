import { setTimeout as delay } from 'node:timers/promises';
import { actorClient } from '@cartwright/actor-host/client';
import type { ActorsApi } from '@cartwright/kernel/dapr/actors';
import { isTransient } from '@cartwright/kernel/dapr/errors';
import type { StockAnswer, StockCommand } from '@cartwright/stock/rules';
import { StockActor, batchSize } from '@cartwright/stock/stock-actor';
import type { StockTurns } from '../ports.ts';

interface Waiting {
  readonly command: StockCommand;
  readonly done: (answer: StockAnswer) => void;
  readonly failed: (error: unknown) => void;
}

/** Milliseconds before a turn that failed is tried again. Commands have ids, so a turn that was done after all is not done twice. */
const retryAfterMs = [50, 200, 600];
/** A failure that took longer than this is not tried again: the worker's lease does not wait. */
const impatientAfterMs = 2000;

/**
 * Forms batches for the Stock actors. Dapr lets one call at a time into an actor, so while one is under way for a SKU, commands gather
 * and go together with the next: the more wait, the less each costs. A turn fails with what the sidecar said, after some attempts.
 */
export function stockTurns(
  dapr: { readonly actors: Pick<ActorsApi, 'invoke'> },
  wait: (ms: number) => Promise<unknown> = delay,
): StockTurns {
  const queues = new Map<string, Waiting[]>();

  async function take(sku: string, commands: readonly StockCommand[]): Promise<readonly StockAnswer[]> {
    const actor = actorClient(dapr, StockActor, sku);
    const began = performance.now();
    for (let attempt = 0; ; attempt++) {
      try {
        return (await actor.decide({ commands: [...commands] })).answers;
      } catch (error) {
        const pause = retryAfterMs[attempt];
        if (pause === undefined || !isTransient(error) || performance.now() - began > impatientAfterMs) throw error;
        await wait(pause);
      }
    }
  }

  async function drain(sku: string, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.splice(0, batchSize);
      try {
        const answers = await take(
          sku,
          batch.map(({ command }) => command),
        );
        for (const [index, { done, failed, command }] of batch.entries()) {
          const answer = answers[index];
          if (answer?.id === command.id) done(answer);
          else failed(new Error(`The actor of ${sku} gave no answer to ${command.id}`));
        }
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    queues.delete(sku);
  }

  return {
    decide: (sku, command) =>
      new Promise<StockAnswer>((done, failed) => {
        const queue = queues.get(sku);
        if (queue !== undefined) {
          queue.push({ command, done, failed });
          return;
        }
        const first = [{ command, done, failed }];
        queues.set(sku, first);
        void drain(sku, first);
      }),
  };
}
