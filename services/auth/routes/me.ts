import { Problem, badRequest, conflict, notFound, unauthorized } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Address, Timestamp, Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import type { Addresses, Credentials, PasswordHasher, Sessions, Users } from '../ports.ts';
import { Password, PersonName, UserView, closed, viewOf } from './schemas.ts';

const tags = ['me'];
const byId = Type.Object({ id: Uuid }, closed);
const SessionView = Type.Object(
  { id: Uuid, createdAt: Timestamp, usedAt: Timestamp, device: Type.String(), current: Type.Boolean() },
  closed,
);
const StoredAddress = Type.Object({ id: Uuid, address: Address }, closed);

export interface MeParts {
  readonly users: Users;
  readonly addresses: Addresses;
  readonly sessions: Sessions;
  readonly hasher: PasswordHasher;
}

/** What signed-in users see and change of themselves. */
export function meRoutes({ users, addresses, sessions, hasher }: MeParts): Route[] {
  async function me(id: string): Promise<Credentials> {
    const known = await users.byId(id);
    if (known === undefined) throw unauthorized('The account is not there any more');
    return known;
  }

  async function prove({ passwordHash }: Credentials, password: string, field: string): Promise<void> {
    if (await hasher.verify(passwordHash, password)) return;
    const errors = [{ field, rule: 'password', message: 'is not your password' }];
    throw new Problem({ status: 403, code: 'wrong_password', title: 'Wrong password', detail: 'That is not your password', errors });
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
      summary: 'Change my name or my password; the other sessions end with a new password',
      tags,
      access: 'signed-in',
      body: Type.Object(
        {
          name: Type.Optional(PersonName),
          password: Type.Optional(Password),
          currentPassword: Type.Optional(Type.String({ maxLength: 200 })),
        },
        closed,
      ),
      responses: { 200: UserView, 403: Problem },
      handle: async ({ principal, body: { name, password, currentPassword } }) => {
        const known = await me(principal.userId);
        if (password !== undefined) {
          if (currentPassword === undefined)
            throw badRequest('A new password needs the current one', [
              { field: '/currentPassword', rule: 'required', message: 'is required' },
            ]);
          await prove(known, currentPassword, '/currentPassword');
        }
        const user = await users.change(principal.userId, {
          ...(name === undefined ? {} : { name: name.trim() }),
          ...(password === undefined ? {} : { passwordHash: await hasher.hash(password) }),
        });
        if (password !== undefined) await endSessions(principal.userId, principal.sessionId);
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
      handle: async ({ principal, body }) => {
        await prove(await me(principal.userId), body.password, '/password');
        await users.remove(principal.userId);
        await endSessions(principal.userId);
        return { status: 204 };
      },
    }),
    route({
      method: 'GET',
      path: '/api/auth/me/sessions',
      summary: 'Where I am logged in',
      tags,
      access: 'signed-in',
      responses: { 200: Type.Object({ items: Type.Array(SessionView) }) },
      handle: async ({ principal }) => {
        const items = (await sessions.list(principal.userId)).map(({ id, createdAt, usedAt, device }) => ({
          id,
          createdAt,
          usedAt,
          device,
          current: id === principal.sessionId,
        }));
        return { body: { items } };
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/auth/me/sessions/:id',
      summary: 'Log out somewhere',
      tags,
      access: 'signed-in',
      params: byId,
      responses: { 204: null, 404: Problem },
      handle: async ({ principal, params }) => {
        const found = await sessions.find(params.id);
        if (found?.session.userId !== principal.userId) throw notFound('session');
        await sessions.end(principal.userId, params.id);
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
        const id = await addresses.add(principal.userId, body);
        if (id === undefined) throw conflict('too_many_addresses', 'Forget an address before you keep another');
        return { status: 201, body: { id, address: body }, headers: { location: `/api/auth/me/addresses/${id}` } };
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
        if (!(await addresses.replace(principal.userId, params.id, body))) throw notFound('address', params.id);
        return { body: { id: params.id, address: body } };
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

  async function endSessions(userId: string, except?: string): Promise<void> {
    for (const { id } of await sessions.list(userId)) if (id !== except) await sessions.end(userId, id);
  }
}
