import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Timestamp } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import type { SigningKeys, TokenSigner } from '../ports.ts';
import { closed } from './schemas.ts';

const tags = ['keys'];

/** The keys that access tokens are checked by, and a new one on demand. */
export function keyRoutes(signer: TokenSigner, keys: SigningKeys): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/auth/.well-known/jwks.json',
      summary: 'Public keys of the access tokens: the one that signs, its follower, and those whose tokens still live',
      tags,
      access: 'anyone',
      responses: { 200: Type.Object({ keys: Type.Array(Type.Record(Type.String(), Type.Unknown())) }) },
      handle: async () => ({ body: await signer.publicKeys(), headers: { 'cache-control': 'public, max-age=300' } }),
    }),
    route({
      method: 'POST',
      path: '/api/auth/keys/rotate',
      summary: 'Make a new signing key; with `withdraw` at once, and all others are refused within two minutes',
      tags,
      access: { permission: 'signing-keys.rotate' },
      body: Type.Object({ withdraw: Type.Optional(Type.Boolean()) }, closed),
      optionalBody: true,
      responses: { 201: Type.Object({ kid: Type.String(), signsFrom: Timestamp }) },
      handle: async ({ principal, body }) => ({
        status: 201,
        body: await keys.rotate({ actorId: principal.userId, withdraw: isWithdrawal(body) }),
      }),
    }),
  ];
}

/** The body may be left out. */
function isWithdrawal(body: { withdraw?: boolean } | undefined): boolean {
  return body?.withdraw ?? false;
}
