/** A SKU's stock as its actor knows it: the sum of its movements up to `version`. */
export interface StockState {
  /** Of the last movement; 0 for a SKU that never had any. */
  readonly version: number;
  readonly onHand: number;
  /** Held for orders that are not settled. 0 ≤ reserved ≤ onHand, always. */
  readonly reserved: number;
  /** Units held, by order. Their sum is `reserved`. */
  readonly reservations: Readonly<Record<string, number>>;
}

export const noStock: StockState = { version: 0, onHand: 0, reserved: 0, reservations: {} };

export type MovementType = 'set' | 'adjusted' | 'reserved' | 'released' | 'committed' | 'restocked';

/** One change of a SKU's stock: appended, never changed. The stock is the sum of its movements. */
export interface Movement {
  readonly version: number;
  /** Names the command, so that a repeated one gets the same answer. */
  readonly commandId: string;
  readonly type: MovementType;
  readonly onHandDelta: number;
  readonly reservedDelta: number;
  /** After the movement. */
  readonly onHand: number;
  readonly reserved: number;
  readonly orderId: string | null;
  readonly reason: string;
  /** The user who did it; null for what the platform does. */
  readonly author: string | null;
}

/** A stock that movements are added to. The reservations are copied once, not once a movement: a hot SKU is held by thousands of orders. */
export class StockSum {
  version: number;
  onHand: number;
  reserved: number;
  readonly #reservations: Map<string, number>;

  constructor({ version, onHand, reserved, reservations }: StockState) {
    this.version = version;
    this.onHand = onHand;
    this.reserved = reserved;
    this.#reservations = new Map(Object.entries(reservations));
  }

  /** Units held for an order. */
  heldFor(orderId: string): number {
    return this.#reservations.get(orderId) ?? 0;
  }

  /** Throws when a movement is missing in between: a sum with a hole is no stock. */
  add({ version, onHand, reserved, orderId, reservedDelta }: Movement): this {
    if (version !== this.version + 1) throw new Error(`Movement ${String(version)} does not follow version ${String(this.version)}`);
    this.version = version;
    this.onHand = onHand;
    this.reserved = reserved;
    if (orderId === null) return this;
    const left = this.heldFor(orderId) + reservedDelta;
    if (left === 0) this.#reservations.delete(orderId);
    else this.#reservations.set(orderId, left);
    return this;
  }

  state(): StockState {
    const { version, onHand, reserved } = this;
    return { version, onHand, reserved, reservations: Object.fromEntries(this.#reservations) };
  }
}

/** The state after some movements. */
export function applyMovements(state: StockState, movements: readonly Movement[]): StockState {
  if (movements.length === 0) return state;
  const sum = new StockSum(state);
  for (const movement of movements) sum.add(movement);
  return sum.state();
}
