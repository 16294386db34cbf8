import { NextAction } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { OrderId, closed, exampleOrderId } from './shapes.ts';

export const PaymentActionRequired = defineEvent({
  type: 'PaymentActionRequired',
  topic: 'payments',
  aggregate: 'payment',
  summary: 'The customer has to do something first, such as 3-D Secure',
  data: closed({ orderId: OrderId, nextAction: NextAction }),
  example: { orderId: exampleOrderId, nextAction: { type: 'redirect', url: 'https://example.com/3ds' } },
});
export type PaymentActionRequired = EventOf<typeof PaymentActionRequired>;
