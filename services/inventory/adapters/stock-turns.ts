import { actorClient } from '@cartwright/actor-host/client';
import type { ActorsApi } from '@cartwright/kernel/dapr/actors';
import type { StockAnswer, StockCommand } from '@cartwright/stock/rules';
import { StockActor, batchSize } from '@cartwright/stock/stock-actor';
import type { StockTurns } from '../ports.ts';

interface Waiting {
  readonly command: StockCommand;
  readonly done: (answer: StockAnswer) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Forms batches for the Stock actors. Dapr lets one call at a time into an actor, so while one is under way for a SKU, commands gather
 * and go together with the next: the more wait, the less each costs.
 */
export function stockTurns(dapr: { readonly actors: Pick<ActorsApi, 'invoke'> }): StockTurns {
  const queues = new Map<string, Waiting[]>();

  async function drain(sku: string, queue: Waiting[]): Promise<void> {
    const actor = actorClient(dapr, StockActor, sku);
    while (queue.length > 0) {
      const batch = queue.splice(0, batchSize);
      try {
        const { answers } = await actor.decide({ commands: batch.map(({ command }) => command) as never });
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
