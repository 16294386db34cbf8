import { Type } from 'typebox';
import { Role, Uuid } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { closed, exampleUserId } from './shapes.ts';

export const UserUpdated = defineEvent({
  type: 'UserUpdated',
  topic: 'users',
  aggregate: 'user',
  summary: 'A profile or the roles of a user changed; the new roles',
  data: closed({ userId: Uuid, roles: Type.Array(Role, { maxItems: 10 }) }),
  example: { userId: exampleUserId, roles: ['customer', 'staff'] },
});
export type UserUpdated = EventOf<typeof UserUpdated>;
