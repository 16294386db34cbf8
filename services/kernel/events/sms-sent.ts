import { Type } from 'typebox';
import { Uuid } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { OrderId, Template, closed, exampleMessageId, exampleOrderId } from './shapes.ts';

export const SmsSent = defineEvent({
  type: 'SmsSent',
  topic: 'notifications',
  aggregate: 'message',
  summary: 'A text message was handed to the provider',
  data: closed({ messageId: Uuid, template: Template, orderId: Type.Optional(OrderId) }),
  example: { messageId: exampleMessageId, template: 'order-shipped', orderId: exampleOrderId },
});
export type SmsSent = EventOf<typeof SmsSent>;
