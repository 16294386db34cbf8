import { availableOf, freeOf, StockSum } from './state.ts';
import type { Movement, MovementType, Standing, StockState } from './state.ts';

interface ByStaff {
  readonly id: string;
  readonly reason: string;
  readonly author?: string;
}
interface ForOrder {
  readonly id: string;
  readonly orderId: string;
}

/** What can be asked of a SKU's stock. The id is the caller's: the same id is the same command, done once. */
export type StockCommand =
  /** A stock take. `expected`: what was on hand when it was counted; where that has changed since, the count is worth nothing. */
  | (ByStaff & { readonly type: 'set'; readonly onHand: number; readonly expected?: number })
  | (ByStaff & { readonly type: 'adjust'; readonly delta: number })
  /** What may be promised beyond what is there, and when free units are few; null: as is usual. What is not named stays. */
  | (ByStaff & { readonly type: 'configure'; readonly backorder?: number; readonly lowBelow?: number | null })
  | (ForOrder & { readonly type: 'reserve'; readonly quantity: number })
  | (ForOrder & { readonly type: 'release' })
  | (ForOrder & { readonly type: 'commit' })
  /** What an order had bought comes back. */
  | (ForOrder & { readonly type: 'restock'; readonly quantity: number });

/** The most units of a SKU, those that may be promised included: versions, sums and columns have room for it. */
export const mostUnits = 1_000_000_000;
/** The most units of a SKU that may be promised beyond what is there. */
export const mostBackorder = 1_000_000;

/** Why a command was not done. */
export const refusals = [
  /** Not enough is available, or on hand. */
  'insufficient',
  /** More is reserved than could be kept. */
  'held',
  /** More than `mostUnits` would be there. */
  'too_much',
  /** Nothing is held for the order. */
  'not_reserved',
  /** What is on hand has changed since it was counted. */
  'moved',
  /** Goods are sold that are still to come: a count would forget them. Deliveries are adjustments. */
  'owed',
] as const;
export type StockRefusal = (typeof refusals)[number];

/** The stock as it was after a command. */
export interface StockLevelAfter extends Pick<Standing, 'onHand' | 'reserved' | 'backorder'> {
  readonly version: number;
}

/** The answer to a command, with the stock as it was after it. */
export type StockAnswer =
  | ({ readonly id: string; readonly ok: true } & StockLevelAfter)
  | ({ readonly id: string; readonly ok: false; readonly refused: StockRefusal } & StockLevelAfter);

export interface StockDecision {
  readonly state: StockState;
  readonly movements: readonly Movement[];
  /** One a command, in their order. */
  readonly answers: readonly StockAnswer[];
}

/** What the shop has decided for all SKUs. */
export interface StockPolicy {
  /** Fewer free units than this are few, unless staff have said otherwise of a SKU. 0: nobody is told. */
  readonly lowBelow: number;
}

/**
 * Decides commands one after another. Pure. `recorded` holds movements that earlier deliveries of the same commands have made: these are
 * answered as they were. A command that finds done what it wants (a second release) is accepted without a movement.
 */
export function decide(
  state: StockState,
  commands: readonly StockCommand[],
  recorded: ReadonlyMap<string, Movement> = new Map(),
  policy: StockPolicy = { lowBelow: 0 },
): StockDecision {
  const movements: Movement[] = [];
  const answers: StockAnswer[] = [];
  const done = new Map(recorded);
  const sum = new StockSum(state);
  for (const command of commands) {
    const before = done.get(command.id);
    if (before !== undefined) {
      answers.push({ id: command.id, ok: true, ...levelOf(before.version, before) });
      continue;
    }
    const wanted = want(sum, command);
    if (wanted === 'nothing') answers.push({ id: command.id, ok: true, ...levelOf(sum.version, sum.standing) });
    else if (typeof wanted === 'string')
      answers.push({ id: command.id, ok: false, refused: wanted, ...levelOf(sum.version, sum.standing) });
    else {
      const movement: Movement = {
        version: sum.version + 1,
        commandId: command.id,
        type: wanted.type,
        onHandDelta: wanted.onHandDelta ?? 0,
        reservedDelta: wanted.reservedDelta ?? 0,
        orderId: 'orderId' in command ? command.orderId : null,
        reason: 'reason' in command ? command.reason : wanted.type,
        author: ('author' in command ? command.author : undefined) ?? null,
        ...standingAfter(sum, wanted, policy),
      };
      sum.add(movement);
      movements.push(movement);
      done.set(command.id, movement);
      answers.push({ id: command.id, ok: true, ...levelOf(sum.version, sum.standing) });
    }
  }
  return { state: movements.length === 0 ? state : sum.state(), movements, answers };
}

function levelOf(version: number, { onHand, reserved, backorder }: Standing): StockLevelAfter {
  return { version, onHand, reserved, backorder };
}

interface Wanted {
  readonly type: MovementType;
  readonly onHandDelta?: number;
  readonly reservedDelta?: number;
  readonly backorder?: number;
  readonly lowBelow?: number | null;
}

/** That free units are few is told once, and again only after there were enough; that something can be bought, where nothing could. */
function standingAfter(
  { version, standing: before }: StockSum,
  wanted: Wanted,
  policy: StockPolicy,
): Standing & Pick<Movement, 'wentBelow' | 'cameBack'> {
  const onHand = before.onHand + (wanted.onHandDelta ?? 0);
  const reserved = before.reserved + (wanted.reservedDelta ?? 0);
  const lowBelow = wanted.lowBelow === undefined ? before.lowBelow : wanted.lowBelow;
  const threshold = lowBelow ?? policy.lowBelow;
  const low = freeOf({ onHand, reserved }) < threshold;
  const becameLow = low && !before.low;
  const backorder = wanted.backorder ?? before.backorder;
  const cameBack = version > 0 && availableOf(before) === 0 && availableOf({ onHand, reserved, backorder }) > 0;
  return {
    ...{ onHand, reserved, backorder, lowBelow, low },
    alerts: before.alerts + Number(becameLow) + Number(cameBack),
    wentBelow: becameLow ? threshold : null,
    cameBack,
  };
}

function want(sum: StockSum, command: StockCommand): Wanted | StockRefusal | 'nothing' {
  const { version, standing } = sum;
  const { onHand, reserved, backorder } = standing;
  const held = 'orderId' in command ? sum.heldFor(command.orderId) : 0;
  switch (command.type) {
    case 'set':
      if (command.onHand === onHand && version > 0) return 'nothing';
      if (command.expected !== undefined && command.expected !== onHand) return 'moved';
      if (onHand < 0) return 'owed';
      return arrival('set', command.onHand - onHand, standing);
    case 'adjust':
      if (command.delta === 0) return 'nothing';
      return arrival('adjusted', command.delta, standing);
    case 'configure': {
      const { backorder: limit = backorder, lowBelow = standing.lowBelow } = command;
      if (limit === backorder && lowBelow === standing.lowBelow) return 'nothing';
      if (onHand + limit < reserved) return 'held';
      if (onHand + limit > mostUnits) return 'too_much';
      return { type: 'configured', backorder: limit, lowBelow };
    }
    case 'reserve':
      if (held > 0) return 'nothing'; // a line is reserved once an order
      if (availableOf(standing) < command.quantity) return 'insufficient';
      return { type: 'reserved', reservedDelta: command.quantity };
    case 'release':
      return held === 0 ? 'nothing' : { type: 'released', reservedDelta: -held };
    case 'commit':
      // What is held may be sold though it is still to come: it was promised within the limit.
      return held === 0 ? 'not_reserved' : { type: 'committed', onHandDelta: -held, reservedDelta: -held };
    case 'restock':
      if (onHand + backorder + command.quantity > mostUnits) return 'too_much';
      return { type: 'restocked', onHandDelta: command.quantity };
  }
}

/** What staff find, or miss: it never takes what is held, nor what is not there. */
function arrival(type: 'set' | 'adjusted', delta: number, standing: Standing): Wanted | StockRefusal {
  const onHand = standing.onHand + delta;
  if (onHand + standing.backorder < standing.reserved) return 'held';
  if (onHand + standing.backorder > mostUnits) return 'too_much';
  if (delta < 0 && onHand < 0) return 'insufficient';
  return { type, onHandDelta: delta };
}
