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

export type MovementType = 'set' | 'adjusted' | 'reserved' | 'released' | 'committed';

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

/** The state after a movement. Throws when a movement is missing in between: a sum with a hole is no stock. */
export function applyMovement(state: StockState, movement: Movement): StockState {
  if (movement.version !== state.version + 1)
    throw new Error(`Movement ${String(movement.version)} does not follow version ${String(state.version)}`);
  const { version, onHand, reserved, orderId, reservedDelta } = movement;
  if (orderId === null || reservedDelta === 0) return { ...state, version, onHand, reserved };
  const { [orderId]: held = 0, ...others } = state.reservations;
  const left = held + reservedDelta;
  return { version, onHand, reserved, reservations: left === 0 ? others : { ...others, [orderId]: left } };
}
