import { Uuid } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { closed, exampleUserId } from './shapes.ts';

export const UserDeleted = defineEvent({
  type: 'UserDeleted',
  topic: 'users',
  aggregate: 'user',
  summary: 'A user was erased; consumers erase what they hold about them',
  data: closed({ userId: Uuid }),
  example: { userId: exampleUserId },
});
export type UserDeleted = EventOf<typeof UserDeleted>;
