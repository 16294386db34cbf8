import { setTimeout as delay } from 'node:timers/promises';
import { ActorHost } from '@cartwright/actor-host/host';
import { ActorApiForTests } from '@cartwright/actor-host/test/actor-api-for-tests';
import { stockJournal } from '@cartwright/inventory/adapters/stock-journal';
import { openDatabaseAt } from '@cartwright/kernel/postgres/database';
import { createLogger } from '@cartwright/kernel/telemetry/logger';
import { hostStock } from '@cartwright/stock/host-stock';
import type { StockAnswer, StockCommand } from '@cartwright/stock/rules';
import { v7 } from 'uuid';
import { repeatedly } from './fault.ts';
import type { Fault } from './fault.ts';

const lastsMs = 10_000;
const holdMs = 20;
/** What there is of what is scarce, for customers and twins together. */
const lastUnits = 12;
const handsPerSku = 2;
const mostTries = 50;

/** A second activation of every Stock actor of the run, in this process, on the same journal: as when Dapr has lost sight of the first one. */
export const actorTwice: Fault = {
  name: 'stock-actor-twice',
  what: `every Stock actor is alive twice, and both sell the last units, for ${String(lastsMs / 1000)} s`,
  lastsMs,
  habits: { scarcePercent: 60 },
  async inject({ stack, goods, rival }, undo) {
    const database = await openDatabaseAt(stack.stores.postgres['inventory'] ?? '', { name: 'inventory' });
    undo.defer(() => database.close());
    const api = new ActorApiForTests();
    const stock = hostStock({ journal: stockJournal(database), saveSnapshot: () => Promise.resolve() });
    const host = new ActorHost(api, createLogger('chaos', 'silent'), [stock]);
    api.host = (...call) => host.call(...call);
    /** Asks again where there was no answer, as inventory does: a command that comes again is done once, and what is held must not stay held. */
    async function decide(sku: string, command: StockCommand): Promise<boolean> {
      for (let tries = 1; ; tries += 1) {
        try {
          const answer = (await api.invoke('Stock', sku, 'decide', { commands: [command] })) as { ok: { answers: StockAnswer[] } };
          return answer.ok.answers[0]?.ok ?? false;
        } catch (error) {
          if (tries >= mostTries) throw error;
          await delay(200);
        }
      }
    }
    const adjust = (sku: string, delta: number): Promise<boolean> =>
      decide(sku, { id: `chaos:${v7()}`, type: 'adjust', delta, reason: 'chaos' });

    /** Holds two units, as an order does, and gives them back. */
    async function compete(sku: string): Promise<void> {
      const orderId = v7();
      rival(orderId);
      const held = await decide(sku, { id: `chaos:${orderId}:reserve`, type: 'reserve', orderId, quantity: 2 });
      if (!held) return;
      await delay(holdMs);
      await decide(sku, { id: `chaos:${orderId}:release`, type: 'release', orderId });
    }

    for (const sku of goods.scarce) {
      await adjust(sku, lastUnits);
      for (let hands = 0; hands < handsPerSku; hands += 1) repeatedly(undo, 10, () => compete(sku));
    }
    for (const sku of goods.skus.filter((one) => !goods.scarce.includes(one))) repeatedly(undo, 10, () => adjust(sku, 1));
  },
};
