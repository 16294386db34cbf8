import type { StockAnswer, StockCommand } from '@cartwright/stock/rules';
import type { UnitOfWork } from '@cartwright/kernel/postgres/database';
import type { Shortage } from '@cartwright/kernel/schemas';
import type { ReservationLine, ReservationState, UnsettledState } from './domain/reservation.ts';

/** Takes turns of Stock actors. Commands for one SKU that wait at the same time share a turn. */
export interface StockTurns {
  readonly decide: (sku: string, command: StockCommand) => Promise<StockAnswer>;
}

export interface StockLevel {
  readonly sku: string;
  readonly onHand: number;
  readonly reserved: number;
  /** How many more than there are may be promised. */
  readonly backorder: number;
  /** Fewer free units are few; null: as is usual. */
  readonly lowBelow: number | null;
  readonly version: number;
}

export interface RecordedMovement {
  readonly version: number;
  readonly type: string;
  readonly onHandDelta: number;
  readonly reservedDelta: number;
  readonly onHand: number;
  readonly reserved: number;
  readonly backorder: number;
  readonly orderId: string | null;
  readonly reason: string;
  readonly author: string | null;
  readonly createdAt: string;
}

export interface Availability {
  readonly sku: string;
  /** Units that can be reserved now; none of a SKU that is not known. */
  readonly available: number;
  /** Units that could be reserved at the earlier time; those that can be now, where these are more than any line asks for. */
  readonly availableThen: number;
}

/** Which movements; all unless told. */
export interface MovementFilter {
  /** The version to go on below. */
  readonly before?: number;
  readonly type?: string;
  readonly orderId?: string;
  /** The user who did it. */
  readonly author?: string;
  /** From then on, RFC 3339. */
  readonly since?: string;
  /** Earlier than then, RFC 3339. */
  readonly until?: string;
}

/** Reads stock from its movements. */
export interface StockLevels {
  /** One a SKU, in their order. @param asOf an earlier time, RFC 3339 */
  availability(skus: readonly string[], asOf: string): Promise<Availability[]>;
  /** SKUs that never had a movement are left out. */
  of(skus: readonly string[]): Promise<StockLevel[]>;
  /** The newest first. */
  movements(sku: string, limit: number, filter?: MovementFilter): Promise<RecordedMovement[]>;
  /** The movement that a command has made. */
  movementOf(sku: string, commandId: string): Promise<RecordedMovement | undefined>;
}

export interface Reservation {
  readonly orderId: string;
  readonly state: ReservationState;
  readonly lines: readonly ReservationLine[];
  readonly shortages: readonly Shortage[];
}

/** The right to work on a reservation, alone, for some seconds. */
export interface Lease {
  readonly reservation: Reservation;
  /**
   * Called before each turn: makes sure that the lease lasts longer than a turn can take, so that no turn of a worker that was given up comes after
   * those of its successor. Throws when the lease is lost.
   */
  keep(): Promise<void>;
  /** Gives the lease back where nothing is left to be done. */
  end(): Promise<void>;
  /** Gives it back after a failure: whoever is next waits a while, longer each time. */
  postpone(): Promise<void>;
}

/** Reservations with their leases; a settled state is committed together with its event. */
export interface Reservations {
  /** Takes the lease of a reservation with work to be done; undefined where there is none, or while another has it. */
  lease(orderId: string): Promise<Lease | undefined>;
  read(orderId: string): Promise<Reservation | undefined>;
  /** Notes that a line is short: the others will be given back. Answers false when the state has changed. */
  refuse(orderId: string, shortages: readonly Shortage[]): Promise<boolean>;
  /** Ends the work of `from` and its lease, and publishes what came of it. Answers false, with nothing done, when the state has changed. */
  settle(orderId: string, from: UnsettledState, shortages: readonly Shortage[]): Promise<boolean>;
  /** Orders whose work was left for this long, or has failed before, and that nobody has. */
  unsettled(olderThanMs: number, limit: number): Promise<string[]>;
  /** Orders whose stock is held for this long. */
  held(olderThanMs: number, limit: number): Promise<string[]>;
}

/** Goods of one SKU that came back, to be put on the shelf. */
export interface ReturnedGoods {
  readonly returnId: string;
  readonly orderId: string;
  readonly sku: string;
  readonly quantity: number;
}

export interface Returns {
  /** Notes what came back, leased to this process; answers nothing of a return that was noted before. */
  note(
    unit: UnitOfWork,
    goods: { readonly returnId: string; readonly orderId: string; readonly lines: readonly ReservationLine[] },
  ): Promise<ReturnedGoods[]>;
  /** Puts them into stock; call it after the commit. */
  start(...goods: readonly ReturnedGoods[]): void;
}
