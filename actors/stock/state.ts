/** How a SKU's stock stands after a movement. 0 ≤ reserved ≤ onHand + backorder, always. */
export interface Standing {
  /** Below zero only where goods were sold that are still to come: by no more than `backorder`. */
  readonly onHand: number;
  /** Held for orders that are not settled. */
  readonly reserved: number;
  /** How many more than there are may be promised; 0 unless staff allow it. */
  readonly backorder: number;
  /** Fewer free units than this are few; null: as many as is usual. */
  readonly lowBelow: number | null;
  /** Whether few are free, and that was told already. True until there were enough for the first time: nobody is told of a beginning. */
  readonly low: boolean;
  /** How often something rare was told of the SKU: that few are free, that it can be bought again. */
  readonly alerts: number;
}

/** A SKU's stock as its actor knows it: the sum of its movements up to `version`. */
export interface StockState extends Standing {
  /** Of the last movement; 0 for a SKU that never had any. */
  readonly version: number;
  /** Units held, by order. Their sum is `reserved`. */
  readonly reservations: Readonly<Record<string, number>>;
}

export const noStock: StockState = {
  version: 0,
  onHand: 0,
  reserved: 0,
  backorder: 0,
  lowBelow: null,
  low: true,
  alerts: 0,
  reservations: {},
};

export const movementTypes = ['set', 'adjusted', 'reserved', 'released', 'committed', 'restocked', 'configured'] as const;
export type MovementType = (typeof movementTypes)[number];

/** One change of a SKU's stock: appended, never changed. The stock is the sum of its movements. */
export interface Movement extends Standing {
  readonly version: number;
  /** Names the command, so that a repeated one gets the same answer. */
  readonly commandId: string;
  readonly type: MovementType;
  readonly onHandDelta: number;
  readonly reservedDelta: number;
  /** The threshold that free units went below with it; null where nobody has to be told. */
  readonly wentBelow: number | null;
  /** Whether nothing could be bought before it, and something can after it. Of a SKU's first movement nobody is told. */
  readonly cameBack: boolean;
  readonly orderId: string | null;
  readonly reason: string;
  /** The user who did it; null for what the platform does. */
  readonly author: string | null;
}

/** Units that can be reserved: what is there and not held, and what may be promised beyond it. */
export function availableOf({ onHand, reserved, backorder }: Pick<Standing, 'onHand' | 'reserved' | 'backorder'>): number {
  return onHand + backorder - reserved;
}

/** Units that are there and not held. */
export function freeOf({ onHand, reserved }: Pick<Standing, 'onHand' | 'reserved'>): number {
  return Math.max(0, onHand - reserved);
}

/** Units that were promised or sold, and are still to come. */
export function backorderedOf({ onHand, reserved }: Pick<Standing, 'onHand' | 'reserved'>): number {
  return Math.max(0, reserved - onHand);
}

/** A stock that movements are added to. The reservations are copied once, not once a movement: a hot SKU is held by thousands of orders. */
export class StockSum {
  version: number;
  standing: Standing;
  readonly #reservations: Map<string, number>;

  constructor({ version, reservations, ...standing }: StockState) {
    this.version = version;
    this.standing = standing;
    this.#reservations = new Map(Object.entries(reservations));
  }

  /** Units held for an order. */
  heldFor(orderId: string): number {
    return this.#reservations.get(orderId) ?? 0;
  }

  /** Throws when a movement is missing in between: a sum with a hole is no stock. */
  add({ version, onHand, reserved, backorder, lowBelow, low, alerts, orderId, reservedDelta }: Movement): this {
    if (version !== this.version + 1) throw new Error(`Movement ${String(version)} does not follow version ${String(this.version)}`);
    this.version = version;
    this.standing = { onHand, reserved, backorder, lowBelow, low, alerts };
    if (orderId === null) return this;
    const left = this.heldFor(orderId) + reservedDelta;
    if (left === 0) this.#reservations.delete(orderId);
    else this.#reservations.set(orderId, left);
    return this;
  }

  state(): StockState {
    return { version: this.version, ...this.standing, reservations: Object.fromEntries(this.#reservations) };
  }
}

/** The state after some movements. */
export function applyMovements(state: StockState, movements: readonly Movement[]): StockState {
  if (movements.length === 0) return state;
  const sum = new StockSum(state);
  for (const movement of movements) sum.add(movement);
  return sum.state();
}
