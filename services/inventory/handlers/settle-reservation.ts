import type { Shortage } from '@cartwright/kernel/schemas';
import type { StockAnswer } from '@cartwright/stock/rules';
import { availableOf } from '@cartwright/stock/state';
import type { Lease, Reservation, Reservations, StockTurns } from '../ports.ts';
import { allocationsInTurnOrder, onlyWarehouse } from '../domain/allocation.ts';
import type { Allocation, AllocationPolicy } from '../domain/allocation.ts';
import { isUnsettled } from '../domain/reservation.ts';

export interface SettleParts {
  readonly reservations: Reservations;
  readonly stock: StockTurns;
  /** Waits before a line that others hold is tried once more: they may give it back. */
  readonly patience: () => Promise<void>;
  /** Where lines are taken from; the only warehouse unless told. */
  readonly allocate?: AllocationPolicy;
}

/**
 * Does the work that a reservation asks for, until it is settled. All lines or none: turns are taken in the order of stocks; on the first
 * refusal what was taken is given back. Commands are named after order and step, so whoever does this again, after a crash,
 * changes nothing. Turns never wait on each other, so nothing deadlocks. Throws what a turn threw; the rest is left to the sweeper.
 */
export async function settleReservation(orderId: string, parts: SettleParts): Promise<void> {
  const { reservations } = parts;
  const lease = await reservations.lease(orderId);
  if (lease === undefined) return; // settled, or another works on it and sees what has changed
  try {
    let current: Reservation | undefined = lease.reservation;
    while (current !== undefined && isUnsettled(current.state)) {
      if (await step(current, lease, parts)) return; // settling has ended the lease
      current = await reservations.read(orderId); // an event has changed what is to be done
    }
    await lease.end();
  } catch (error) {
    await lease.postpone();
    throw error;
  }
}

/** Whether the reservation is settled by it; else its state has changed. */
async function step(reservation: Reservation, lease: Lease, parts: SettleParts): Promise<boolean> {
  const { orderId, state, lines, shortages } = reservation;
  const { reservations, allocate = onlyWarehouse } = parts;
  const turns = { orderId, lines: allocationsInTurnOrder(lines, allocate), lease, ...parts };
  switch (state) {
    case 'reserving': {
      const { taken, short } = await reserveLines(turns);
      if (short.length === 0 || taken === 0) return reservations.settle(orderId, 'reserving', short);
      await reservations.refuse(orderId, short);
      return false;
    }
    case 'refusing':
    case 'releasing':
      await releaseLines(turns);
      return reservations.settle(orderId, state, shortages);
    case 'committing':
      await commitLines(turns);
      return reservations.settle(orderId, 'committing', []);
    case 'restocking':
      // The order may have ended while its lines were being sold: all of them are sold, then all come back.
      await commitLines(turns);
      await restockLines(turns);
      return reservations.settle(orderId, 'restocking', []);
    case 'reserved':
    case 'rejected':
    case 'released':
    case 'committed':
    case 'restocked':
      return false;
  }
}

interface Turns extends SettleParts {
  readonly orderId: string;
  readonly lines: readonly Allocation[];
  readonly lease: Lease;
}

/** Takes the lines; answers how many it took, and what was short: nothing when all are held. */
async function reserveLines({ orderId, lines, lease, stock: stocks, patience }: Turns): Promise<{ taken: number; short: Shortage[] }> {
  for (const [taken, { stock, sku, quantity }] of lines.entries()) {
    const attempt = async (): Promise<StockAnswer> => {
      await lease.keep();
      return stocks.decide(stock, { id: `reserve:${orderId}`, type: 'reserve', orderId, quantity });
    };
    let answer = await attempt();
    if (!answer.ok && answer.onHand + answer.backorder >= quantity) {
      await patience(); // held by others, not sold
      answer = await attempt();
    }
    if (!answer.ok) return { taken, short: [{ sku, requested: quantity, available: availableOf(answer) }] };
  }
  return { taken: lines.length, short: [] };
}

/** The compensation of reserveLines: gives back whatever is held for the order. */
async function releaseLines({ orderId, lines, lease, stock: stocks }: Turns): Promise<void> {
  for (const { stock } of lines) {
    await lease.keep();
    await stocks.decide(stock, { id: `release:${orderId}`, type: 'release', orderId });
  }
}

async function commitLines({ orderId, lines, lease, stock: stocks }: Turns): Promise<void> {
  for (const { stock, sku } of lines) {
    await lease.keep();
    const answer = await stocks.decide(stock, { id: `commit:${orderId}`, type: 'commit', orderId });
    // Only what is reserved gets here, and nothing but this order's own events takes it away.
    if (!answer.ok) throw new Error(`Order ${orderId} is confirmed and holds nothing of ${sku}`);
  }
}

/** The compensation of commitLines. */
async function restockLines({ orderId, lines, lease, stock: stocks }: Turns): Promise<void> {
  for (const { stock, sku, quantity } of lines) {
    await lease.keep();
    const answer = await stocks.decide(stock, { id: `restock:${orderId}`, type: 'restock', orderId, quantity });
    if (!answer.ok) throw new Error(`${String(quantity)} of ${sku} cannot come back from order ${orderId}: ${answer.refused}`);
  }
}
