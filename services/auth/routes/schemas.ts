import { Email, Locale, Role, Timestamp, Uuid } from '@cartwright/kernel/schemas';
import { personName } from '@cartwright/kernel/visible-text';
import { Type } from 'typebox';
import type { User } from '../ports.ts';

export const closed = { additionalProperties: false };
/** Judged by its length (NIST SP 800-63B); the upper bound keeps hashing cheap to refuse. */
export const Password = Type.String({ minLength: 8, maxLength: 200 });
/** A password that is only compared: whatever somebody typed. */
export const KnownPassword = Type.String({ minLength: 1, maxLength: 200 });
export const OneTimeCode = Type.String({ minLength: 6, maxLength: 40, description: 'Six digits of the app, or a recovery code' });
export const PersonName = personName(200);

/** Null: nothing is known of it. */
export const NullableLocale = Type.Union([Locale, Type.Null()]);
/** Whom a mail about an account is for. */
export const addressee = { email: Email, name: Type.String(), locale: NullableLocale };

export const UserView = Type.Object(
  {
    id: Uuid,
    email: Email,
    emailVerified: Type.Boolean(),
    name: Type.String(),
    roles: Type.Array(Role),
    createdAt: Timestamp,
    locale: NullableLocale,
  },
  closed,
);
export const Tokens = Type.Object(
  {
    user: UserView,
    accessToken: Type.String(),
    refreshToken: Type.String(),
    deviceToken: Type.Optional(Type.String({ description: 'For `deviceTokens` of the next log-in on this device' })),
    expiresIn: Type.Integer({ description: 'Seconds until the access token runs out' }),
  },
  closed,
);

/** In place of tokens, where the account has a second factor. */
export const Challenge = Type.Object(
  {
    challenge: Type.String({ description: 'For POST /api/auth/login/second-factor' }),
    expiresIn: Type.Integer({ description: 'Seconds that are left for the code' }),
  },
  closed,
);

export function viewOf({ id, email, emailVerified, name, roles, createdAt, locale }: User): Record<string, unknown> {
  return { id, email, emailVerified, name, roles, createdAt, locale };
}
