import type { Access } from '@cartwright/kernel/http/access';
import { newApiKey } from '@cartwright/kernel/http/api-keys';
import type { Permission } from '@cartwright/kernel/http/permissions';
import { rolesWith } from '@cartwright/kernel/http/permissions';
import { audience, issuer } from '@cartwright/kernel/http/tokens';
import type { Role } from '@cartwright/kernel/schemas';
import { SignJWT, UnsecuredJWT, generateKeyPair } from 'jose';
import type { CryptoKey } from 'jose';
import { v7 } from 'uuid';

/** Everybody who may stand at a door. */
export const principals = [
  'nobody',
  'guest key',
  'customer',
  'other customer',
  'support',
  'staff',
  'admin',
  'API key',
  'invented API key',
  'expired token',
  'forged signature',
  'alg none',
] as const;
export type PrincipalName = (typeof principals)[number];

const roleOf: Readonly<Partial<Record<PrincipalName, Role>>> = {
  customer: 'customer',
  'other customer': 'customer',
  support: 'support',
  staff: 'staff',
  admin: 'admin',
};

/** Whose tokens are worth nothing, though most say to be an administrator's. */
const worthless: readonly PrincipalName[] = ['invented API key', 'expired token', 'forged signature', 'alg none'];

/** What the API key was given. */
export const keyPermissions: readonly Permission[] = ['orders.read', 'orders.cancel', 'orders.return', 'payments.read', 'stock.read'];

/** What the declared rule means for somebody: let in, or the status of the refusal. */
export function doorOf(access: Access, principal: PrincipalName): 'in' | 401 | 403 | 404 {
  if (typeof access === 'object' && 'callers' in access) return 404; // whoever it is, they are no service
  if (worthless.includes(principal)) return 401;
  if (access === 'anyone') return 'in';
  if (principal === 'API key') return opensToKey(access) ? 'in' : 403;
  const role = roleOf[principal];
  if (role === undefined) return 401;
  if (access === 'signed-in' || 'ownOr' in access) return 'in';
  return rolesWith(access.permission).includes(role) ? 'in' : 403;
}

/** A machine is no user, and has no role: its key's permissions alone count. */
function opensToKey(access: Exclude<Access, 'anyone' | { callers: readonly string[] }>): boolean {
  if (access === 'signed-in') return false;
  return keyPermissions.includes('ownOr' in access ? access.ownOr : access.permission);
}

/** The key that signs, by whatever name services know it. */
export interface Signer {
  readonly kid: string;
  readonly privateKey: CryptoKey;
}

function claims(roles: readonly Role[]): Record<string, unknown> {
  return { sub: v7(), sid: v7(), roles, iss: issuer, aud: audience };
}

export function signedToken({ kid, privateKey }: Signer, roles: readonly Role[], secondsLeft = 300): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT(claims(roles))
    .setProtectedHeader({ alg: 'EdDSA', kid, typ: 'JWT' })
    .setIssuedAt(now - 600)
    .setExpirationTime(now + secondsLeft)
    .sign(privateKey);
}

/** Administrators' tokens: one that has run out, one signed by somebody else under the name of our key, one that nobody signed. */
export async function worthlessTokens(signer: Signer): Promise<Partial<Record<PrincipalName, string>>> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
  const now = Math.floor(Date.now() / 1000);
  return {
    'invented API key': newApiKey().key,
    'expired token': await signedToken(signer, ['admin'], -5),
    'forged signature': await signedToken({ kid: signer.kid, privateKey }, ['admin']),
    'alg none': new UnsecuredJWT(claims(['admin']))
      .setIssuedAt(now)
      .setExpirationTime(now + 300)
      .encode(),
  };
}

/** Tokens of all who have one, signed by a key of the test's own. */
export async function allTokens(signer: Signer): Promise<Partial<Record<PrincipalName, string>>> {
  const good = Object.entries(roleOf).map(async ([name, role]) => [name, await signedToken(signer, [role])] as const);
  return { ...Object.fromEntries(await Promise.all(good)), ...(await worthlessTokens(signer)) };
}

export function headersOf(
  principal: PrincipalName,
  { tokens, orderKey }: { tokens: Partial<Record<PrincipalName, string>>; orderKey: string },
): Record<string, string> {
  const token = tokens[principal];
  return {
    ...(principal === 'guest key' ? { 'order-key': orderKey } : {}),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
}
