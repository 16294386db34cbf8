import { Type } from 'typebox';
import { Uuid } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { closed, exampleMessageId, exampleUserId } from './shapes.ts';

export const SecurityNoticed = defineEvent({
  type: 'SecurityNoticed',
  topic: 'users',
  aggregate: 'user',
  summary: 'Something happened to an account that its owner has to know; notifications asks auth for the rest when it writes',
  data: closed({
    userId: Uuid,
    noticeId: Uuid,
    kind: Type.String({ minLength: 1, maxLength: 50, description: 'As refresh_token_reused or password_changed' }),
  }),
  example: { userId: exampleUserId, noticeId: exampleMessageId, kind: 'refresh_token_reused' },
});
export type SecurityNoticed = EventOf<typeof SecurityNoticed>;
