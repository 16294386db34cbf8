import { OrderCancelled } from '@cartwright/kernel/events/order-cancelled';
import { OrderConfirmed } from '@cartwright/kernel/events/order-confirmed';
import { OrderPaymentFailed } from '@cartwright/kernel/events/order-payment-failed';
import { OrderPlaced } from '@cartwright/kernel/events/order-placed';
import { OrderRejected } from '@cartwright/kernel/events/order-rejected';
import { OrderRestCancelled } from '@cartwright/kernel/events/order-rest-cancelled';
import { OrderReturned } from '@cartwright/kernel/events/order-returned';
import { on } from '@cartwright/kernel/messaging/subscription';
import type { Handler } from '@cartwright/kernel/messaging/handler';
import type { UnitOfWork } from '@cartwright/kernel/postgres/database';
import { transitions } from '../domain/reservation.ts';
import type { ReservationSignal, ReservationState } from '../domain/reservation.ts';
import type { Returns } from '../ports.ts';

/**
 * What orders' events ask of stock. A handler only writes down what is to be done; the turns are taken after the commit (`settle`), and by the
 * sweeper after a crash: handlers have to be short, because one lock of the sidecar's Kafka component serialises all deliveries.
 */
export function orderEvents(settle: (orderId: string) => void, returns: Returns): Handler[] {
  const signal = async (orderId: string, what: ReservationSignal, unit: UnitOfWork): Promise<void> => {
    const [row] = await unit.em.execute<{ state: ReservationState }[]>('select state from reservations where order_id = ? for update', [
      orderId,
    ]);
    if (row === undefined) {
      // A tombstone: whatever asks later to reserve for this order is too late.
      if (what === 'order_ended')
        await unit.em.execute(`insert into reservations (order_id, state, lines) values (?, 'released', '[]')`, [orderId], 'run');
      return;
    }
    const next = transitions[row.state][what];
    if (next === undefined) return;
    await unit.em.execute('update reservations set state = ?, updated_at = now() where order_id = ?', [next, orderId], 'run');
    unit.afterCommit(() => {
      settle(orderId);
    });
  };

  const takeBack = async (goods: Parameters<Returns['note']>[1], unit: UnitOfWork): Promise<void> => {
    const noted = await returns.note(unit, goods);
    unit.afterCommit(() => {
      returns.start(...noted);
    });
  };

  return [
    on(OrderPlaced, {
      apply: async ({ data: { orderId, lines } }, unit) => {
        const wanted = lines.map(({ sku, quantity }) => ({ sku, quantity }));
        const inserted = await unit.em.execute<object[]>(
          `insert into reservations (order_id, state, lines) values (?, 'reserving', ?::jsonb) on conflict do nothing returning 1`,
          [orderId, JSON.stringify(wanted)],
        );
        if (inserted.length === 0) return;
        unit.afterCommit(() => {
          settle(orderId);
        });
      },
    }),
    on(OrderConfirmed, { apply: ({ data: { orderId } }, unit) => signal(orderId, 'order_confirmed', unit) }),
    on(OrderPaymentFailed, { apply: ({ data: { orderId } }, unit) => signal(orderId, 'order_ended', unit) }),
    on(OrderReturned, {
      apply: async ({ data }, unit) => {
        if (data.restock) await takeBack(data, unit);
      },
    }),
    // They were sold, and have not left the house.
    on(OrderRestCancelled, {
      apply: ({ data: { cancellationId: returnId, orderId, lines } }, unit) => takeBack({ returnId, orderId, lines }, unit),
    }),
    // Nothing is held where inventory itself refused; orders may have other reasons.
    on(OrderRejected, { apply: ({ data: { orderId } }, unit) => signal(orderId, 'order_ended', unit) }),
    on(OrderCancelled, { apply: ({ data: { orderId } }, unit) => signal(orderId, 'order_ended', unit) }),
  ];
}
