import type { Shortage } from '@cartwright/kernel/schemas';
import type { StockAnswer } from '@cartwright/stock/rules';
import type { Reservation, Reservations, StockTurns } from '../ports.ts';
import { inTurnOrder, isUnsettled } from './reservation.ts';
import type { ReservationLine } from './reservation.ts';

export interface SettleParts {
  readonly reservations: Reservations;
  readonly stock: StockTurns;
  /** Waits before a line that others hold is tried once more: they may give it back. */
  readonly patience: () => Promise<void>;
}

/**
 * Does the work that a reservation asks for, until it is settled. All lines or none: turns are taken in the order of SKUs; on the first
 * refusal what was taken is given back. Commands are named after order and step, so whoever does this again, after a crash or
 * beside another, changes nothing. Turns never wait on each other, so nothing deadlocks.
 */
export async function settleReservation(orderId: string, parts: SettleParts): Promise<void> {
  const { reservations } = parts;
  for (;;) {
    const leased = await reservations.lease(orderId);
    if (leased === undefined) return; // settled, or another works on it and sees what has changed
    try {
      let current: Reservation | undefined = leased;
      while (current !== undefined && isUnsettled(current.state)) {
        await step(current, parts);
        current = await reservations.read(orderId);
      }
    } finally {
      await reservations.release(orderId);
    }
    const after = await reservations.read(orderId); // an event may have come between the last look and the end of the lease
    if (after === undefined || !isUnsettled(after.state)) return;
  }
}

async function step(reservation: Reservation, parts: SettleParts): Promise<void> {
  const { orderId, state, lines, shortages } = reservation;
  const { reservations } = parts;
  switch (state) {
    case 'reserving': {
      const short = await reserveLines(orderId, lines, parts);
      if (short.length > 0) await reservations.refuse(orderId, short);
      else await reservations.settle(orderId, 'reserving', []);
      return;
    }
    case 'refusing':
    case 'releasing':
      await releaseLines(orderId, lines, parts);
      await reservations.settle(orderId, state, shortages);
      return;
    case 'committing':
      await commitLines(orderId, lines, parts);
      await reservations.settle(orderId, 'committing', []);
      return;
    case 'reserved':
    case 'rejected':
    case 'released':
    case 'committed': // settled: nothing to do
  }
}

/** Takes the lines; answers what was short: nothing when all are held. */
async function reserveLines(orderId: string, lines: readonly ReservationLine[], { stock, patience }: SettleParts): Promise<Shortage[]> {
  for (const { sku, quantity } of inTurnOrder(lines)) {
    const attempt = (name: string): Promise<StockAnswer> => stock.decide(sku, { id: name, type: 'reserve', orderId, quantity });
    let answer = await attempt(`reserve:${orderId}`);
    if (!answer.ok && answer.onHand >= quantity) {
      await patience(); // held by others, not sold
      answer = await attempt(`reserve:${orderId}`);
    }
    if (!answer.ok) return [{ sku, requested: quantity, available: answer.onHand - answer.reserved }];
  }
  return [];
}

/** The compensation of reserveLines: gives back whatever is held for the order. */
async function releaseLines(orderId: string, lines: readonly ReservationLine[], { stock }: SettleParts): Promise<void> {
  for (const { sku } of inTurnOrder(lines)) await stock.decide(sku, { id: `release:${orderId}`, type: 'release', orderId });
}

async function commitLines(orderId: string, lines: readonly ReservationLine[], { stock }: SettleParts): Promise<void> {
  for (const { sku } of inTurnOrder(lines)) {
    const answer = await stock.decide(sku, { id: `commit:${orderId}`, type: 'commit', orderId });
    // Only what is reserved gets here, and nothing but this order's own events takes it away.
    if (!answer.ok) throw new Error(`Order ${orderId} is confirmed and holds nothing of ${sku}`);
  }
}
