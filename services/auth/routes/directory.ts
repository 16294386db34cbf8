import { allPermissions, rolesWith } from '@cartwright/kernel/http/permissions';
import { notFound } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Role, Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import { endSessions } from '../domain/end-sessions.ts';
import type { SecurityLog, Sessions, Users } from '../ports.ts';
import { UserView, addressee, closed, viewOf } from './schemas.ts';

const byId = Type.Object({ id: Uuid }, closed);

export interface DirectoryParts {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly log: SecurityLog;
}

/** What others may know of users: services that are named, how to reach a person; administrators, the roles. */
export function directoryRoutes({ users, sessions, log }: DirectoryParts): Route[] {
  return [
    route({
      method: 'PUT',
      path: '/api/auth/users/:id/roles',
      summary: 'Set a user’s roles; the user has to log in again',
      tags: ['users'],
      access: { permission: 'roles.assign' },
      params: byId,
      body: Type.Object({ roles: Type.Array(Role, { minItems: 1, maxItems: 4, uniqueItems: true }) }, closed),
      responses: { 200: UserView },
      handle: async ({ params, body, principal }) => {
        const user = await users.change(params.id, { roles: body.roles }, (unit) =>
          log.record({ userId: params.id, kind: 'roles_changed', actorId: principal.userId }, unit),
        );
        if (user === undefined) throw notFound('user', params.id);
        // Tokens that are out still name the old roles.
        await endSessions(sessions, params.id);
        return { body: viewOf(user) };
      },
    }),
    route({
      method: 'GET',
      path: '/internal/users/:id/contact',
      summary: 'How to reach a user',
      access: { callers: ['notifications', 'orders'] },
      params: byId,
      responses: { 200: Type.Object(addressee) },
      handle: async ({ params }) => {
        const known = await users.byId(params.id);
        if (known === undefined) throw notFound('user', params.id);
        const { email, name, locale } = known.user;
        return { body: { email, name, locale } };
      },
    }),
    route({
      method: 'GET',
      path: '/internal/staff',
      summary: 'Who may do something by a role: whom to tell when it is to be done',
      access: { callers: ['notifications'] },
      query: Type.Object({ permission: Type.Enum(allPermissions) }, closed),
      responses: { 200: Type.Object({ userIds: Type.Array(Uuid) }) },
      handle: async ({ query: { permission } }) => ({ body: { userIds: await users.withRoles(rolesWith(permission)) } }),
    }),
  ];
}
