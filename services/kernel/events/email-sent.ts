import { Type } from 'typebox';
import { Uuid } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { OrderId, Template, closed, exampleMessageId, exampleOrderId } from './shapes.ts';

export const EmailSent = defineEvent({
  type: 'EmailSent',
  topic: 'notifications',
  aggregate: 'message',
  summary: 'An e-mail was handed to the provider',
  data: closed({ messageId: Uuid, template: Template, orderId: Type.Optional(OrderId) }),
  example: { messageId: exampleMessageId, template: 'order-confirmed', orderId: exampleOrderId },
});
export type EmailSent = EventOf<typeof EmailSent>;
