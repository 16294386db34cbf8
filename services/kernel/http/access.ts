import type { Role } from '../schemas.ts';
import { rolesWith } from './permissions.ts';
import type { Permission } from './permissions.ts';
import { forbidden, unauthorized } from './problem.ts';

/**
 * Who may call a route.
 * - `anyone`: also without a token; a token that is sent has to be good all the same.
 * - `signed-in`: any user; no machine.
 * - `{ permission }`: whose role, or whose API key, has it.
 * - `{ ownOr }`: any user, for what is their own; for all the rest who has the permission. The handler asks `may`.
 * - `{ callers }`: these services, by invocation through their sidecars. Such routes live under `/internal/`.
 */
export type Access =
  'anyone' | 'signed-in' | { readonly permission: Permission } | { readonly ownOr: Permission } | { readonly callers: readonly string[] };

/** The user, or the machine, behind a request. */
export interface Principal {
  /** Of a machine: the id of its key, so that what it did is told from what people did. */
  readonly userId: string;
  readonly roles: readonly Role[];
  readonly sessionId: string;
  /** What a machine's key allows it. People have roles instead. */
  readonly permissions?: readonly Permission[];
}

/** Whether a principal may do something, by a role or by a machine's key. */
export function may(principal: Principal | null, permission: Permission): boolean {
  if (principal === null) return false;
  if (principal.permissions !== undefined) return principal.permissions.includes(permission);
  return principal.roles.some((role) => rolesWith(permission).includes(role));
}

/** The id of the customer who asks. Null for guests, and for machines: they act for the house, and own nothing. */
export function customerOf(principal: Principal | null): string | null {
  return principal === null || isMachine(principal) ? null : principal.userId;
}

export function isMachine(principal: Principal): boolean {
  return principal.permissions !== undefined;
}

/** Throws 401 or 403 unless the principal meets the rule. Routes for `callers` are checked by the guard, not here. */
export function authorize(access: Access, principal: Principal | null): void {
  if (access === 'anyone') return;
  if (typeof access === 'object' && 'callers' in access) return;
  if (principal === null) throw unauthorized('This needs an access token');
  if (access === 'signed-in') {
    if (isMachine(principal)) throw forbidden('This is for people, not for API keys');
  } else if ('ownOr' in access) {
    if (isMachine(principal) && !may(principal, access.ownOr)) throw forbidden();
  } else if (!may(principal, access.permission)) throw forbidden();
}
