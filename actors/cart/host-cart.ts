import { ActorError } from '@cartwright/actor-host/actor-error';
import { hostedActor } from '@cartwright/actor-host/host';
import type { HostedActor } from '@cartwright/actor-host/host';
import type { LateReminders } from '@cartwright/actor-host/late-reminders';
import { CartActor } from './cart-actor.ts';
import { decide, isAbandoned, isIdle, wantsReminder } from './rules.ts';
import type { CartCommand } from './rules.ts';
import type { CartState } from './state.ts';

export interface CartSurroundings {
  /** Publishes CartAbandoned. May be called again for the same cart and moment: the event's id has to follow from both. */
  readonly publishAbandoned: (cart: CartState) => Promise<void>;
  /** A cart is there though the scheduler is not: its reminder is registered afterwards. */
  readonly reminders: Pick<LateReminders, 'arm' | 'cancel'>;
  /** After which a cart that nobody touches counts as left; 24 h unless told. */
  readonly idleMs?: number;
  readonly now?: () => Date;
}

const key = 'cart'; // one key, because a transaction on Redis does not roll back
const dayMs = 24 * 60 * 60_000;

type CommandWithoutTime = CartCommand extends infer C ? (C extends CartCommand ? Omit<C, 'now'> : never) : never;

/** The thin actor around the rules: load, decide, stage, answer. */
export function hostCart({ publishAbandoned, reminders, idleMs = dayMs, now = () => new Date() }: CartSurroundings): HostedActor {
  return hostedActor(CartActor, (context) => {
    const { id, state } = context;
    const reminder = [CartActor.type, id, 'idle'] as const;
    /** Whether this activation has seen to the reminder: the one before it may have died with what it had armed. */
    let remembered = false;
    const load = async (): Promise<CartState | undefined> => (await state.get(key)) as CartState | undefined;

    async function run(command: CommandWithoutTime): Promise<CartState> {
      const before = await load();
      const decision = decide(before, { ...command, now: now().toISOString() });
      if (!decision.ok) throw new ActorError(decision.code, decision.message, decision.details);
      if (decision.state === before) return decision.state;
      state.set(key, decision.state);
      if (command.type !== 'markAbandoned') remind(before, decision.state);
      return decision.state;
    }

    function remind(before: CartState | undefined, after: CartState): void {
      if (after.orderId !== null) reminders.cancel(...reminder);
      else if (!remembered || wantsReminder(before, after, now(), idleMs))
        reminders.arm(...reminder, { dueTime: `${String(idleMs)}ms`, period: `${String(idleMs)}ms` });
      remembered = true;
    }

    return {
      create: (input) => run({ type: 'create', id, ...input }),
      view: async () => (await load()) ?? null,
      add: (input) => run({ type: 'add', ...input }),
      change: (input) => run({ type: 'change', ...input }),
      remove: (input) => run({ type: 'remove', ...input }),
      setCoupon: (input) => run({ type: 'setCoupon', ...input }),
      merge: (input) => run({ type: 'merge', ...input }),
      reprice: (input) => run({ type: 'reprice', ...input }),
      handOver: (input) => run({ type: 'handOver', ...input }),
      claim: (input) => run({ type: 'claim', ...input }),
      seal: (input) => run({ type: 'seal', ...input }),
      unseal: (input) => run({ type: 'unseal', ...input }),
      /** Periodic and idempotent. Published before it is marked: a crash in between publishes the same event again. */
      onReminder: async () => {
        const cart = await load();
        if (cart?.orderId === null && isAbandoned(cart, now(), idleMs)) {
          await publishAbandoned(cart);
          await run({ type: 'markAbandoned' });
        } else if (cart?.orderId !== null || isIdle(cart, now(), idleMs)) {
          await context.unregisterReminder('idle'); // sealed, never made, told already, or empty: nothing is left to tell
        }
      },
    };
  });
}
