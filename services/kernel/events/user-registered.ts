import { Type } from 'typebox';
import { Role, Uuid } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { closed, exampleUserId } from './shapes.ts';

export const UserRegistered = defineEvent({
  type: 'UserRegistered',
  topic: 'users',
  aggregate: 'user',
  summary: 'Somebody registered',
  data: closed({ userId: Uuid, roles: Type.Array(Role, { maxItems: 10 }) }),
  example: { userId: exampleUserId, roles: ['customer'] },
});
export type UserRegistered = EventOf<typeof UserRegistered>;
