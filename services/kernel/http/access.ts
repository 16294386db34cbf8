import type { Role } from '../schemas.ts';
import { forbidden, unauthorized } from './problem.ts';

/**
 * Who may call a route.
 * - `anyone`: also without a token; a token that is sent has to be good all the same.
 * - `signed-in`: any user.
 * - `{ roles }`: users with one of them.
 * - `{ callers }`: these services, by invocation through their sidecars. Such routes live under `/internal/`.
 */
export type Access = 'anyone' | 'signed-in' | { readonly roles: readonly Role[] } | { readonly callers: readonly string[] };

/** The user behind a request. */
export interface Principal {
  readonly userId: string;
  readonly roles: readonly Role[];
  readonly sessionId: string;
}

export function hasRole(principal: Principal | null, ...wanted: Role[]): boolean {
  return principal?.roles.some((role) => wanted.includes(role)) ?? false;
}

/** Throws 401 or 403 unless the principal meets the rule. Routes for `callers` are checked by the guard, not here. */
export function authorize(access: Access, principal: Principal | null): void {
  if (access === 'anyone') return;
  if (typeof access === 'object' && 'callers' in access) return;
  if (principal === null) throw unauthorized('This needs an access token');
  if (access !== 'signed-in' && !hasRole(principal, ...access.roles)) throw forbidden();
}
