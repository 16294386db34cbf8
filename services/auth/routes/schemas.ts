import { Email, Role, Timestamp, Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import type { User } from '../ports.ts';

export const closed = { additionalProperties: false };
/** Judged by its length (NIST SP 800-63B); the upper bound keeps hashing cheap to refuse. */
export const Password = Type.String({ minLength: 8, maxLength: 200 });
export const PersonName = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' });

export const UserView = Type.Object(
  { id: Uuid, email: Email, emailVerified: Type.Boolean(), name: Type.String(), roles: Type.Array(Role), createdAt: Timestamp },
  closed,
);
export const Tokens = Type.Object(
  {
    user: UserView,
    accessToken: Type.String(),
    refreshToken: Type.String(),
    expiresIn: Type.Integer({ description: 'Seconds until the access token runs out' }),
  },
  closed,
);

export function viewOf({ id, email, emailVerified, name, roles, createdAt }: User): Record<string, unknown> {
  return { id, email, emailVerified, name, roles, createdAt };
}
