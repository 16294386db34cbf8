import type { Principal } from '@cartwright/kernel/http/access';
import { Problem, conflict, notFound, unauthorized, unprocessable } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Timestamp, Uuid } from '@cartwright/kernel/schemas';
import { visibleText } from '@cartwright/kernel/visible-text';
import type { Context } from 'koa';
import { Type } from 'typebox';
import type { PasskeyCare } from '../domain/passkeys.ts';
import type { Actor } from '../domain/second-factors.ts';
import type { Passkeys } from '../passkey-ports.ts';
import type { User, Users } from '../ports.ts';
import { originOf } from './client-address.ts';
import type { Trust } from './client-address.ts';
import type { Prove } from './prove.ts';
import { KnownPassword, Tokens, closed } from './schemas.ts';
import { tokensReply } from './tokens-reply.ts';

const tags = ['passkeys'];
const path = '/api/auth/me/passkeys';
const byId = Type.Object({ id: Uuid }, closed);
const Name = visibleText(100);
const PasskeyView = Type.Object(
  { id: Uuid, name: Type.String(), createdAt: Timestamp, lastUsedAt: Type.Union([Timestamp, Type.Null()]), isBackedUp: Type.Boolean() },
  closed,
);
const Options = Type.Record(Type.String(), Type.Unknown(), { description: 'For navigator.credentials, as JSON (WebAuthn level 3)' });
/** What the browser's credential says as JSON. Browsers add to it as WebAuthn grows, so fields that we do not know are let through. */
const Response = Type.Object(
  {
    id: Type.String({ minLength: 1, maxLength: 1400 }),
    type: Type.Literal('public-key'),
    response: Type.Object({ clientDataJSON: Type.String({ minLength: 1, maxLength: 4000 }) }, { additionalProperties: true }),
  },
  { additionalProperties: true },
);

export interface PasskeyRoutesParts {
  readonly passkeyCare: PasskeyCare;
  readonly passkeys: Pick<Passkeys, 'list' | 'rename'>;
  readonly users: Pick<Users, 'byId'>;
  readonly prove: Prove;
  readonly trust: Trust;
}

/** Passkeys: made, listed, named and removed by their owner, who logs in by them. */
export function passkeyRoutes({ passkeyCare: care, passkeys, users, prove, trust }: PasskeyRoutesParts): Route[] {
  async function proved({ userId }: Principal, password: string): Promise<User> {
    const known = await users.byId(userId);
    if (known === undefined) throw unauthorized('The account is not there any more');
    await prove(known, password, '/password');
    return known.user;
  }

  const actor = ({ userId, sessionId }: Principal, ctx: Context): Actor => ({ userId, sessionId, ...originOf(ctx, trust) });

  return [
    route({
      method: 'GET',
      path,
      summary: 'My passkeys',
      tags,
      access: 'signed-in',
      responses: { 200: Type.Object({ items: Type.Array(PasskeyView) }, closed) },
      handle: async ({ principal }) => ({ body: { items: await passkeys.list(principal.userId) } }),
    }),
    route({
      method: 'POST',
      path: `${path}/options`,
      summary: 'What to ask the browser for, to make a passkey',
      tags,
      access: 'signed-in',
      body: Type.Object({ password: KnownPassword }, closed),
      responses: { 200: Options, 403: Problem, 429: Problem },
      handle: async ({ principal, body }) => ({ body: await care.offer(await proved(principal, body.password)) }),
    }),
    route({
      method: 'POST',
      path,
      summary: 'Keep the passkey that the browser has made; I am told by mail',
      tags,
      access: 'signed-in',
      body: Type.Object({ name: Name, response: Response }, closed),
      responses: { 201: PasskeyView, 409: Problem, 422: Problem },
      handle: async ({ principal, body, ctx }) => {
        const kept = await care.register(actor(principal, ctx), body.name.trim(), body.response);
        if (kept === 'known') throw conflict('passkey_known', 'This passkey is kept already, or there are too many');
        if (kept === 'refused') throw wrongSignature();
        return { status: 201, body: kept, headers: { location: `${path}/${kept.id}` } };
      },
    }),
    route({
      method: 'PATCH',
      path: `${path}/:id`,
      summary: 'Call a passkey otherwise',
      tags,
      access: 'signed-in',
      params: byId,
      body: Type.Object({ name: Name }, closed),
      responses: { 200: PasskeyView, 404: Problem },
      handle: async ({ principal, params, body }) => {
        const renamed = await passkeys.rename(principal.userId, params.id, body.name.trim());
        if (renamed === undefined) throw notFound('passkey', params.id);
        return { body: renamed };
      },
    }),
    route({
      method: 'DELETE',
      path: `${path}/:id`,
      summary: 'Remove a passkey: it lets in nobody any more',
      tags,
      access: 'signed-in',
      params: byId,
      body: Type.Object({ password: KnownPassword }, closed),
      responses: { 204: null, 403: Problem, 404: Problem, 429: Problem },
      handle: async ({ principal, params, body, ctx }) => {
        // First, so that a guess at a password is no guess at somebody's passkeys.
        if (!(await passkeys.list(principal.userId)).some(({ id }) => id === params.id)) throw notFound('passkey', params.id);
        await proved(principal, body.password);
        if (!(await care.remove(actor(principal, ctx), params.id))) throw notFound('passkey', params.id);
        return { status: 204 };
      },
    }),
    route({
      method: 'POST',
      path: '/api/auth/login/passkey/options',
      summary: 'What to ask the browser for, to log in by a passkey',
      tags,
      access: 'anyone',
      responses: { 200: Options },
      handle: async () => ({ body: await care.ask(), headers: { 'cache-control': 'no-store' } }),
    }),
    route({
      method: 'POST',
      path: '/api/auth/login/passkey',
      summary: 'Log in by a passkey; no code is asked for',
      tags,
      access: 'anyone',
      body: Type.Object({ response: Response }, closed),
      responses: { 200: Tokens, 401: Problem },
      handle: async ({ body, ctx }) => {
        const entry = await care.login(body.response, originOf(ctx, trust));
        // The same words for a passkey that is not known, and for a wrong signature.
        if (entry.type !== 'granted') throw unauthorized('This passkey does not let in');
        return tokensReply(200, entry.granted);
      },
    }),
  ];
}

function wrongSignature(): Problem {
  const errors = [{ field: '/response', rule: 'signature', message: 'is not what was asked for, or came too late' }];
  return unprocessable('wrong_signature', 'The answer of the browser is not what was asked for, or came too late', errors);
}
