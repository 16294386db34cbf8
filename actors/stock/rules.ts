import { StockSum } from './state.ts';
import type { Movement, MovementType, StockState } from './state.ts';

/** What can be asked of a SKU's stock. The id is the caller's: the same id is the same command, done once. */
export type StockCommand =
  | { readonly id: string; readonly type: 'set'; readonly onHand: number; readonly reason: string; readonly author?: string }
  | { readonly id: string; readonly type: 'adjust'; readonly delta: number; readonly reason: string; readonly author?: string }
  | { readonly id: string; readonly type: 'reserve'; readonly orderId: string; readonly quantity: number }
  | { readonly id: string; readonly type: 'release'; readonly orderId: string }
  | { readonly id: string; readonly type: 'commit'; readonly orderId: string }
  /** What an order had bought comes back. */
  | { readonly id: string; readonly type: 'restock'; readonly orderId: string; readonly quantity: number };

/** The most units of a SKU: versions, sums and columns have room for it. */
export const mostUnits = 1_000_000_000;

/**
 * insufficient: not enough is available. held: more is reserved than would be left. too_much: more than `mostUnits` would be there.
 * not_reserved: nothing is held for the order.
 */
export type StockRefusal = 'insufficient' | 'held' | 'too_much' | 'not_reserved';

/** The answer to a command, with the stock as it was after it. */
export type StockAnswer =
  | { readonly id: string; readonly ok: true; readonly version: number; readonly onHand: number; readonly reserved: number }
  | {
      readonly id: string;
      readonly ok: false;
      readonly refused: StockRefusal;
      readonly version: number;
      readonly onHand: number;
      readonly reserved: number;
    };

export interface StockDecision {
  readonly state: StockState;
  readonly movements: readonly Movement[];
  /** One a command, in their order. */
  readonly answers: readonly StockAnswer[];
}

/**
 * Decides commands one after another. Pure. `recorded` holds movements that earlier deliveries of the same commands have made: these are
 * answered as they were. A command that finds done what it wants (a second release) is accepted without a movement.
 */
export function decide(
  state: StockState,
  commands: readonly StockCommand[],
  recorded: ReadonlyMap<string, Movement> = new Map(),
): StockDecision {
  const movements: Movement[] = [];
  const answers: StockAnswer[] = [];
  const done = new Map(recorded);
  const sum = new StockSum(state);
  for (const command of commands) {
    const before = done.get(command.id);
    if (before !== undefined) {
      answers.push({ id: command.id, ok: true, ...levelOf(before) });
      continue;
    }
    const wanted = want(sum, command);
    if (wanted === 'nothing') answers.push({ id: command.id, ok: true, ...levelOf(sum) });
    else if (typeof wanted === 'string') answers.push({ id: command.id, ok: false, refused: wanted, ...levelOf(sum) });
    else {
      const movement: Movement = {
        version: sum.version + 1,
        commandId: command.id,
        onHand: sum.onHand + wanted.onHandDelta,
        reserved: sum.reserved + wanted.reservedDelta,
        orderId: 'orderId' in command ? command.orderId : null,
        reason: 'reason' in command ? command.reason : wanted.type,
        author: ('author' in command ? command.author : undefined) ?? null,
        ...wanted,
      };
      sum.add(movement);
      movements.push(movement);
      done.set(command.id, movement);
      answers.push({ id: command.id, ok: true, ...levelOf(sum) });
    }
  }
  return { state: movements.length === 0 ? state : sum.state(), movements, answers };
}

function levelOf({ version, onHand, reserved }: StockSum | Movement): { version: number; onHand: number; reserved: number } {
  return { version, onHand, reserved };
}

interface Wanted {
  readonly type: MovementType;
  readonly onHandDelta: number;
  readonly reservedDelta: number;
}

function want(sum: StockSum, command: StockCommand): Wanted | StockRefusal | 'nothing' {
  const { version, onHand, reserved } = sum;
  const held = 'orderId' in command ? sum.heldFor(command.orderId) : 0;
  switch (command.type) {
    case 'set':
      if (command.onHand < reserved) return 'held';
      if (command.onHand === onHand && version > 0) return 'nothing';
      return { type: 'set', onHandDelta: command.onHand - onHand, reservedDelta: 0 };
    case 'adjust':
      if (onHand + command.delta < reserved) return 'held';
      if (onHand + command.delta > mostUnits) return 'too_much';
      if (command.delta === 0) return 'nothing';
      return { type: 'adjusted', onHandDelta: command.delta, reservedDelta: 0 };
    case 'reserve':
      if (held > 0) return 'nothing'; // a line is reserved once an order
      if (onHand - reserved < command.quantity) return 'insufficient';
      return { type: 'reserved', onHandDelta: 0, reservedDelta: command.quantity };
    case 'release':
      return held === 0 ? 'nothing' : { type: 'released', onHandDelta: 0, reservedDelta: -held };
    case 'commit':
      return held === 0 ? 'not_reserved' : { type: 'committed', onHandDelta: -held, reservedDelta: -held };
    case 'restock':
      if (onHand + command.quantity > mostUnits) return 'too_much';
      return { type: 'restocked', onHandDelta: command.quantity, reservedDelta: 0 };
  }
}
