import { Type } from 'typebox';
import { NextAction, Uuid } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { Amount, EventQuantity, OrderId, Reason, closed, exampleOrderId, exampleShipmentId } from './shapes.ts';

export const OrderUpdated = defineEvent({
  type: 'OrderUpdated',
  topic: 'orders',
  aggregate: 'order',
  summary: 'Anything else of an order changed: where it stands now',
  data: closed({
    orderId: OrderId,
    status: Type.String({ minLength: 1, maxLength: 50 }),
    fulfilment: Type.String({ minLength: 1, maxLength: 50 }),
    paymentStatus: Type.String({ minLength: 1, maxLength: 50 }),
    reason: Reason,
    nextAction: Type.Optional(NextAction),
    // Since version 2 of the schema: those who know version 1 read on without it.
    shipment: Type.Optional(
      closed({
        shipmentId: Uuid,
        lines: Type.Array(EventQuantity, { minItems: 1 }),
        carrier: Type.Optional(Type.String({ maxLength: 100 })),
        trackingNumber: Type.Optional(Type.String({ maxLength: 100 })),
      }),
    ),
    delivered: Type.Optional(
      Type.Array(closed({ shipmentId: Uuid, lines: Type.Array(EventQuantity, { minItems: 1 }) }), {
        description: 'Shipments that arrived',
      }),
    ),
    refund: Type.Optional(
      closed({
        refundId: Type.Optional({ ...Uuid, description: 'Missing where the order was cancelled' }),
        status: Type.Enum(['done', 'failed']),
        amount: { ...Amount, description: 'Of this refund' },
        refunded: { ...Amount, description: 'Given back so far, all refunds together' },
      }),
    ),
    rejectedReturn: Type.Optional(closed({ returnId: Uuid, lines: Type.Array(EventQuantity, { minItems: 1 }) })),
  }),
  example: {
    orderId: exampleOrderId,
    status: 'confirmed',
    fulfilment: 'shipped',
    paymentStatus: 'captured',
    reason: 'shipped',
    shipment: {
      shipmentId: exampleShipmentId,
      lines: [{ sku: 'LAMP-WAL-S', quantity: 1 }],
      carrier: 'DHL',
      trackingNumber: '00340434161094042557',
    },
  },
});
export type OrderUpdated = EventOf<typeof OrderUpdated>;
