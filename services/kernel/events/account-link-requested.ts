import { Type } from 'typebox';
import { Timestamp, Uuid } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { closed, exampleMessageId, exampleUserId } from './shapes.ts';

export const AccountLinkRequested = defineEvent({
  type: 'AccountLinkRequested',
  topic: 'users',
  aggregate: 'user',
  summary: 'Somebody needs a link that works once; notifications asks auth for it when it writes, for the link is a secret',
  data: closed({
    userId: Uuid,
    linkId: Uuid,
    purpose: Type.String({ minLength: 1, maxLength: 50, description: 'verify, reset or change' }),
    expiresAt: Timestamp,
  }),
  example: { userId: exampleUserId, linkId: exampleMessageId, purpose: 'reset', expiresAt: '2026-11-24T03:30:00.000Z' },
});
export type AccountLinkRequested = EventOf<typeof AccountLinkRequested>;
