import { canonicalAddress } from '@cartwright/kernel/address';
import type { Principal } from '@cartwright/kernel/http/access';
import { Problem, badRequest, conflict, notFound, unauthorized } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import type { UnitOfWork } from '@cartwright/kernel/postgres/database';
import { Address, KeptAddress, Uuid } from '@cartwright/kernel/schemas';
import type { Context } from 'koa';
import { Type } from 'typebox';
import { endedByNewPassword } from '../domain/account-links.ts';
import { endSessions } from '../domain/end-sessions.ts';
import { networkOf } from '../domain/network.ts';
import type { SecurityEventKind } from '../domain/security-events.ts';
import type { AccountLinks } from '../link-ports.ts';
import type { Addresses, Also, Credentials, PasswordHasher, SecurityLog, Sessions, Users } from '../ports.ts';
import { clientAddress } from './client-address.ts';
import type { Trust } from './client-address.ts';
import type { JudgePassword } from './new-password.ts';
import type { Prove } from './prove.ts';
import { NullableLocale, Password, PersonName, UserView, closed, viewOf } from './schemas.ts';

const tags = ['me'];
const byId = Type.Object({ id: Uuid }, closed);
const StoredAddress = Type.Object({ id: Uuid, address: KeptAddress }, closed);

export interface MeParts {
  readonly users: Users;
  readonly addresses: Addresses;
  readonly sessions: Sessions;
  readonly hasher: PasswordHasher;
  readonly prove: Prove;
  readonly judge: JudgePassword;
  readonly links: Pick<AccountLinks, 'withdraw'>;
  readonly log: SecurityLog;
  readonly trust: Trust;
}

/** What signed-in users see and change of themselves. */
export function meRoutes({ users, addresses, sessions, hasher, prove, judge, links, log, trust }: MeParts): Route[] {
  async function me(id: string): Promise<Credentials> {
    const known = await users.byId(id);
    if (known === undefined) throw unauthorized('The account is not there any more');
    return known;
  }

  /** Writes into the audit log what a user does to their own account. */
  function noting(kind: SecurityEventKind, { userId, sessionId }: Principal, ctx: Context): Also {
    return (unit) => log.record({ userId, kind, sessionId, network: networkOf(clientAddress(ctx, trust)) }, unit);
  }

  return [
    route({
      method: 'GET',
      path: '/api/auth/me',
      summary: 'Who I am',
      tags,
      access: 'signed-in',
      responses: { 200: UserView },
      handle: async ({ principal }) => ({ body: viewOf((await me(principal.userId)).user) }),
    }),
    route({
      method: 'PATCH',
      path: '/api/auth/me',
      summary:
        'Change my name, my language or my password; the other sessions end with a new password, and so do links that were mailed to set it anew or to move the account',
      tags,
      access: 'signed-in',
      body: Type.Object(
        {
          name: Type.Optional(PersonName),
          locale: Type.Optional(NullableLocale),
          password: Type.Optional(Password),
          currentPassword: Type.Optional(Type.String({ maxLength: 200 })),
        },
        closed,
      ),
      responses: { 200: UserView, 403: Problem, 422: Problem },
      handle: async ({ principal, body: { name, locale, password, currentPassword }, ctx }) => {
        const known = await me(principal.userId);
        if (password !== undefined) {
          if (currentPassword === undefined)
            throw badRequest('A new password needs the current one', [
              { field: '/currentPassword', rule: 'required', message: 'is required' },
            ]);
          judge(password, known.user);
          await prove(known, currentPassword, '/currentPassword');
        }
        const change = {
          ...(name === undefined ? {} : { name: name.trim() }),
          ...(locale === undefined ? {} : { locale }),
          ...(password === undefined ? {} : { passwordHash: await hasher.hash(password) }),
        };
        const note = noting('password_changed', principal, ctx);
        const alsoWith = async (unit: UnitOfWork): Promise<void> => {
          await links.withdraw(principal.userId, endedByNewPassword, unit);
          await note(unit);
        };
        const user = await users.change(principal.userId, change, password === undefined ? undefined : alsoWith);
        if (password !== undefined) await endSessions(sessions, principal.userId, principal.sessionId);
        return { body: viewOf(user ?? known.user) };
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/auth/me',
      summary: 'Delete my account',
      tags,
      access: 'signed-in',
      body: Type.Object({ password: Type.String({ minLength: 1, maxLength: 200 }) }, closed),
      responses: { 204: null, 403: Problem },
      handle: async ({ principal, body, ctx }) => {
        await prove(await me(principal.userId), body.password, '/password');
        await users.remove(principal.userId, noting('account_deleted', principal, ctx));
        await endSessions(sessions, principal.userId);
        return { status: 204 };
      },
    }),
    route({
      method: 'GET',
      path: '/api/auth/me/addresses',
      summary: 'My addresses',
      tags,
      access: 'signed-in',
      responses: { 200: Type.Object({ items: Type.Array(StoredAddress) }) },
      handle: async ({ principal }) => ({ body: { items: await addresses.list(principal.userId) } }),
    }),
    route({
      method: 'POST',
      path: '/api/auth/me/addresses',
      summary: 'Keep an address',
      tags,
      access: 'signed-in',
      body: Address,
      responses: { 201: StoredAddress, 409: Problem },
      handle: async ({ principal, body }) => {
        await me(principal.userId);
        const address = canonicalAddress(body);
        const id = await addresses.add(principal.userId, address);
        if (id === undefined) throw conflict('too_many_addresses', 'Forget an address before you keep another');
        return { status: 201, body: { id, address }, headers: { location: `/api/auth/me/addresses/${id}` } };
      },
    }),
    route({
      method: 'PUT',
      path: '/api/auth/me/addresses/:id',
      summary: 'Change an address',
      tags,
      access: 'signed-in',
      params: byId,
      body: Address,
      responses: { 200: StoredAddress, 404: Problem },
      handle: async ({ principal, params, body }) => {
        const address = canonicalAddress(body);
        if (!(await addresses.replace(principal.userId, params.id, address))) throw notFound('address', params.id);
        return { body: { id: params.id, address } };
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/auth/me/addresses/:id',
      summary: 'Forget an address',
      tags,
      access: 'signed-in',
      params: byId,
      responses: { 204: null, 404: Problem },
      handle: async ({ principal, params }) => {
        if (!(await addresses.remove(principal.userId, params.id))) throw notFound('address', params.id);
        return { status: 204 };
      },
    }),
  ];
}
