import type { Principal } from '@cartwright/kernel/http/access';
import { Problem, conflict, notFound, unauthorized } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Timestamp, Uuid } from '@cartwright/kernel/schemas';
import type { Context } from 'koa';
import { Type } from 'typebox';
import type { Actor, SecondFactorCare, WithCode } from '../domain/second-factors.ts';
import type { Credentials, Users } from '../ports.ts';
import { originOf } from './client-address.ts';
import type { Trust } from './client-address.ts';
import { tooManyTries } from './prove.ts';
import type { Prove } from './prove.ts';
import { KnownPassword, OneTimeCode, closed } from './schemas.ts';

const tags = ['second factor'];
const path = '/api/auth/me/second-factor';
const RecoveryCodes = Type.Object({ recoveryCodes: Type.Array(Type.String()) }, closed);
const PasswordAndCode = Type.Object({ password: KnownPassword, code: OneTimeCode }, closed);

export interface SecondFactorRoutesParts {
  readonly care: SecondFactorCare;
  readonly users: Pick<Users, 'byId'>;
  readonly prove: Prove;
  readonly trust: Trust;
}

/** Codes of an app as a second factor: enrolled, confirmed, and from then on asked for at each log-in. */
export function secondFactorRoutes({ care, users, prove, trust }: SecondFactorRoutesParts): Route[] {
  async function proved({ userId }: Principal, password: string): Promise<Credentials> {
    const known = await users.byId(userId);
    if (known === undefined) throw unauthorized('The account is not there any more');
    await prove(known, password, '/password');
    return known;
  }

  const actor = ({ userId, sessionId }: Principal, ctx: Context): Actor => ({ userId, sessionId, ...originOf(ctx, trust) });

  return [
    route({
      method: 'GET',
      path,
      summary: 'Whether log-ins ask for a code, and how many recovery codes are left',
      tags,
      access: 'signed-in',
      responses: { 200: Type.Object({ enabledSince: Type.Union([Timestamp, Type.Null()]), recoveryCodesLeft: Type.Integer() }, closed) },
      handle: async ({ principal }) => ({ body: await care.status(principal.userId) }),
    }),
    route({
      method: 'POST',
      path,
      summary: 'Make a secret for an app; it counts when a code has confirmed it',
      tags,
      access: 'signed-in',
      body: Type.Object({ password: KnownPassword }, closed),
      responses: {
        201: Type.Object(
          {
            secret: Type.String({ description: 'Base 32, to be typed' }),
            uri: Type.String({ description: 'otpauth://, as apps read it' }),
            picture: Type.String({ description: 'The same as a QR code: a data URL of SVG' }),
          },
          closed,
        ),
        403: Problem,
        409: Problem,
        429: Problem,
      },
      handle: async ({ principal, body }) => {
        const { user } = await proved(principal, body.password);
        const made = await care.enrol(user);
        if (made === undefined) throw conflict('second_factor_enabled', 'There is a second factor already: disable it first');
        return { status: 201, body: made };
      },
    }),
    route({
      method: 'POST',
      path: `${path}/confirm`,
      summary: 'Confirm the app by one of its codes; the other sessions end. The recovery codes are shown this once',
      tags,
      access: 'signed-in',
      body: Type.Object({ code: OneTimeCode }, closed),
      responses: { 200: RecoveryCodes, 403: Problem, 409: Problem },
      handle: async ({ principal, body, ctx }) => {
        const codes = await care.confirm(actor(principal, ctx), body.code);
        if (codes === 'wrong') throw wrongCode();
        if (codes === 'none') throw conflict('nothing_to_confirm', 'There is nothing to confirm: ask for a secret first');
        return { body: { recoveryCodes: codes } };
      },
    }),
    route({
      method: 'POST',
      path: `${path}/recovery-codes`,
      summary: 'Make new recovery codes; the old ones are void',
      tags,
      access: 'signed-in',
      body: PasswordAndCode,
      responses: { 200: RecoveryCodes, 403: Problem, 409: Problem, 429: Problem },
      handle: async ({ principal, body, ctx }) => {
        await proved(principal, body.password);
        return { body: { recoveryCodes: doneOf(await care.renewRecoveryCodes(actor(principal, ctx), body.code)) } };
      },
    }),
    route({
      method: 'DELETE',
      path,
      summary: 'Have log-ins ask for no code any more',
      tags,
      access: 'signed-in',
      body: PasswordAndCode,
      responses: { 204: null, 403: Problem, 409: Problem, 429: Problem },
      handle: async ({ principal, body, ctx }) => {
        await proved(principal, body.password);
        doneOf(await care.disable(actor(principal, ctx), body.code));
        return { status: 204 };
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/auth/users/:id/second-factor',
      summary: 'Take the second factor from an account whose owner has lost app and recovery codes; the owner is told',
      tags: ['users'],
      access: { permission: 'accounts.recover' },
      params: Type.Object({ id: Uuid }, closed),
      responses: { 204: null, 404: Problem },
      handle: async ({ principal, params }) => {
        if (!(await care.remove(params.id, principal.userId))) throw notFound('second factor');
        return { status: 204 };
      },
    }),
  ];
}

/** Throws 403 that names the field, 409 where there is no second factor, 429 for who guesses. */
function doneOf<T>(outcome: WithCode<T>): T {
  if (outcome === 'wrong') throw wrongCode();
  if (outcome === 'none') throw conflict('no_second_factor', 'There is no second factor');
  if ('wait' in outcome) throw tooManyTries(outcome.wait);
  return outcome.done;
}

function wrongCode(): Problem {
  const errors = [{ field: '/code', rule: 'code', message: 'is not right, or was used' }];
  return new Problem({ status: 403, code: 'wrong_code', title: 'Wrong code', detail: 'The code is not right, or was used', errors });
}
