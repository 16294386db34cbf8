import { hostedActor } from '@cartwright/actor-host/host';
import type { HostedActor } from '@cartwright/actor-host/host';
import type { StockJournal } from './journal.ts';
import { decide } from './rules.ts';
import type { StockAnswer, StockCommand, StockDecision, StockPolicy } from './rules.ts';
import { applyMovements, noStock } from './state.ts';
import type { Movement, StockState } from './state.ts';
import { StockActor } from './stock-actor.ts';

export interface StockSurroundings {
  readonly journal: StockJournal;
  /** Keeps a snapshot in the actor's own Dapr state; without it an activation reads all movements. It may fail. */
  readonly saveSnapshot: (sku: string, state: StockState) => Promise<void>;
  /** Least movements between snapshots; 200 unless told. Reading them is one short query, writing a snapshot costs a turn’s worth. */
  readonly snapshotEvery?: number;
  readonly policy?: StockPolicy;
}

/** Key of the snapshot in the actor's Dapr state. */
export const snapshotKey = 'stock';
const mostAttempts = 50;

/** A snapshot of an older program does not know all that movements say by now, so it is as good as none. */
function fromSnapshot(snapshot: unknown): StockState {
  const known = snapshot as StockState | undefined;
  return known !== undefined && Object.keys(noStock).every((field) => field in known) ? known : noStock;
}

/**
 * The thin actor around the rules. Two activations of one SKU can live at once while Dapr moves actors; the journal's key (sku, version)
 * fences them: the append of the one that is behind fails, it catches up and decides again. What an activation knows is always the
 * stock as it once was, because it only ever adds movements that are in the journal.
 */
export function hostStock({ journal, saveSnapshot, snapshotEvery = 200, policy }: StockSurroundings): HostedActor {
  return hostedActor(StockActor, async ({ id: sku, state: turnState, log }) => {
    let known = fromSnapshot(await turnState.get(snapshotKey));
    await catchUp();
    let snapshotVersion = known.version;

    async function catchUp(): Promise<void> {
      known = applyMovements(known, await journal.since(sku, known.version));
    }

    /**
     * Catches up, then asks for what these commands have made already: in this order, so that no effect of theirs is known without its movement.
     */
    async function recordedOf(commands: readonly StockCommand[]): Promise<ReadonlyMap<string, Movement>> {
      await catchUp();
      const ids = commands.map(({ id }) => id);
      return new Map((await journal.ofCommands(sku, ids)).map((movement) => [movement.commandId, movement]));
    }

    async function run(commands: readonly StockCommand[]): Promise<readonly StockAnswer[]> {
      let recorded: ReadonlyMap<string, Movement> | undefined;
      for (let attempt = 0; attempt < mostAttempts; attempt++) {
        const decision: StockDecision = decide(known, commands, recorded, policy);
        // What this activation remembers may be old, and a repeated command looks like one that cannot be done. So nothing is refused, or
        // passed over, before the journal was asked. What succeeds needs no question: the append itself is the check.
        if (recorded === undefined && decision.movements.length < commands.length) {
          recorded = await recordedOf(commands);
          continue;
        }
        if (decision.movements.length > 0 && !(await journal.append(sku, decision.movements))) {
          recorded = await recordedOf(commands);
          continue;
        }
        known = decision.state;
        keepSnapshot();
        return decision.answers;
      }
      throw new Error(`Stock of ${sku} could not be changed in ${String(mostAttempts)} attempts`);
    }

    /** After the commit point, and not waited for: a snapshot that is old, or missing, only makes the next activation read more. */
    function keepSnapshot(): void {
      // A snapshot lists who holds units: the longer it is, the rarer.
      if (known.version - snapshotVersion < Math.max(snapshotEvery, Object.keys(known.reservations).length)) return;
      snapshotVersion = known.version;
      saveSnapshot(sku, known).catch((error: unknown) => {
        log.warn({ error, sku }, 'The snapshot of a SKU was not kept');
      });
    }

    return { decide: async ({ commands }) => ({ answers: [...(await run(commands))] }) };
  });
}
