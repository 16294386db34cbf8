import type { Principal } from '@cartwright/kernel/http/access';
import { newApiKey } from '@cartwright/kernel/http/api-keys';
import { pageOf, pageQuery, toPage } from '@cartwright/kernel/http/page';
import { machinePermissions, permissions } from '@cartwright/kernel/http/permissions';
import { Problem, notFound, unauthorized } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Timestamp, Uuid } from '@cartwright/kernel/schemas';
import { visibleText } from '@cartwright/kernel/visible-text';
import { Type } from 'typebox';
import type { ApiKeys, Users } from '../ports.ts';
import { idOfCursor } from './cursor.ts';
import type { Prove } from './prove.ts';
import { KnownPassword, closed } from './schemas.ts';

const tags = ['API keys'];
const access = { permission: 'api-keys.manage' } as const;
const byId = Type.Object({ id: Uuid }, closed);
const Days = Type.Integer({ minimum: 1, maximum: 366, description: 'Until it expires' });
const defaultDays = 90;
const defaultOverlapSeconds = 24 * 3600;
const Moment = Type.Union([Timestamp, Type.Null()]);
const fields = {
  id: Uuid,
  name: Type.String(),
  permissions: Type.Array(Type.String()),
  prefix: Type.String({ description: 'What the key begins with, after cwk_' }),
  createdBy: Uuid,
  createdAt: Timestamp,
  expiresAt: Timestamp,
  revokedAt: Moment,
  lastUsedAt: Moment,
};
const KeyView = Type.Object(fields, closed);
const PermissionView = Type.Object({ name: Type.Enum([...machinePermissions]), what: Type.String() }, closed);
const NewKeyView = Type.Object({ ...fields, key: Type.String({ description: 'Shown this once' }) }, closed);

/** The services that ask about keys that they were shown; auth looks itself. */
const askers = ['catalog', 'orders', 'payments', 'inventory', 'notifications'];

export interface ApiKeyRoutesParts {
  readonly apiKeys: ApiKeys;
  readonly users: Pick<Users, 'byId'>;
  readonly prove: Prove;
}

/** Keys of machines, which administrators make: by their password, as a key outlives the session that made it. */
export function apiKeyRoutes({ apiKeys, users, prove }: ApiKeyRoutesParts): Route[] {
  async function proved({ userId }: Principal, password: string): Promise<void> {
    const known = await users.byId(userId);
    if (known === undefined) throw unauthorized('The account is not there any more');
    await prove(known, password, '/password');
  }

  return [
    route({
      method: 'POST',
      path: '/api/auth/api-keys',
      summary: 'Make a key for a machine, with the permissions that it needs',
      tags,
      access,
      body: Type.Object(
        {
          name: visibleText(100),
          permissions: Type.Array(Type.Enum([...machinePermissions]), { minItems: 1, maxItems: 50, uniqueItems: true }),
          expiresInDays: Type.Optional(Days),
          password: KnownPassword,
        },
        closed,
      ),
      responses: { 201: NewKeyView, 403: Problem, 429: Problem },
      handle: async ({ principal, body: { name, permissions, expiresInDays: days = defaultDays, password } }) => {
        await proved(principal, password);
        const { key, ...proof } = newApiKey();
        const made = await apiKeys.add({ ...proof, name: name.trim(), permissions, days, actorId: principal.userId });
        return { status: 201, body: { ...made, key } };
      },
    }),
    route({
      method: 'GET',
      path: '/api/auth/api-keys',
      summary: 'Keys of machines, the newest first, those too that do not count any more',
      tags,
      access,
      query: Type.Object(pageQuery, closed),
      responses: { 200: pageOf(KeyView) },
      handle: async ({ query: { limit = 20, cursor } }) => {
        const rows = await apiKeys.list({ beforeId: idOfCursor(cursor), limit: limit + 1 });
        return {
          body: toPage(
            rows,
            limit,
            ({ id }) => [id],
            (key) => key,
          ),
        };
      },
    }),
    route({
      method: 'GET',
      path: '/api/auth/api-keys/permissions',
      summary: 'What a key may be given, and what each permission lets do',
      tags,
      access,
      responses: { 200: Type.Object({ items: Type.Array(PermissionView) }, closed) },
      handle: () => ({ body: { items: machinePermissions.map((name) => ({ name, what: permissions[name].what })) } }),
    }),
    route({
      method: 'POST',
      path: '/api/auth/api-keys/:id/rotate',
      summary: 'Give a key another secret; the one before goes on for a day, unless told',
      tags,
      access,
      params: byId,
      body: Type.Object(
        {
          overlapSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 30 * 24 * 3600 })),
          expiresInDays: Type.Optional(Days),
          password: KnownPassword,
        },
        closed,
      ),
      responses: { 201: NewKeyView, 403: Problem, 404: Problem, 429: Problem },
      handle: async ({ principal, params, body: { overlapSeconds = defaultOverlapSeconds, expiresInDays: days, password } }) => {
        await proved(principal, password);
        const { key, ...proof } = newApiKey();
        const rotated = await apiKeys.rotate(params.id, { ...proof, overlapSeconds, days, actorId: principal.userId });
        if (rotated === undefined) throw notFound('API key', params.id);
        return { status: 201, body: { ...rotated, key } };
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/auth/api-keys/:id',
      summary: 'Revoke a key: it is refused everywhere within two seconds',
      tags,
      access,
      params: byId,
      responses: { 204: null, 404: Problem },
      handle: async ({ principal, params }) => {
        if (!(await apiKeys.revoke(params.id, principal.userId))) throw notFound('API key', params.id);
        return { status: 204 };
      },
    }),
    route({
      method: 'POST',
      path: '/internal/api-keys/check',
      summary: 'What a key lets do; null for one that does not count',
      access: { callers: askers },
      body: Type.Object({ prefix: Type.String({ maxLength: 40 }), hash: Type.String({ maxLength: 100 }) }, closed),
      responses: {
        200: Type.Object({ key: Type.Union([Type.Object({ id: Uuid, permissions: Type.Array(Type.String()) }), Type.Null()]) }, closed),
      },
      handle: async ({ body }) => ({ body: { key: (await apiKeys.check(body)) ?? null }, headers: { 'cache-control': 'no-store' } }),
    }),
  ];
}
