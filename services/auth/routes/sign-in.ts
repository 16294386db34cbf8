import { Problem, unauthorized } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Email } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import { mostDeviceTokens } from '../domain/device-tokens.ts';
import { challengeSeconds } from '../domain/second-factor.ts';
import type { SignIn } from '../domain/sign-in.ts';
import { originOf } from './client-address.ts';
import type { Trust } from './client-address.ts';
import { tooManyTries } from './prove.ts';
import { Challenge, KnownPassword, OneTimeCode, Tokens, closed } from './schemas.ts';
import { tokensReply } from './tokens-reply.ts';

const tags = ['sessions'];
const DeviceTokens = Type.Array(Type.String({ minLength: 1, maxLength: 200 }), {
  maxItems: mostDeviceTokens,
  description: 'What earlier log-ins on this device gave; who guesses elsewhere does not slow it down then',
});

/** Logging in: the password, then a code where the account has a second factor. */
export function signInRoutes(signIn: SignIn, trust: Trust): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/auth/login',
      summary: 'Log in; 202 where a code is needed too',
      tags,
      access: 'anyone',
      body: Type.Object({ email: Email, password: KnownPassword, deviceTokens: Type.Optional(DeviceTokens) }, closed),
      responses: { 200: Tokens, 202: Challenge, 401: Problem, 429: Problem },
      handle: async ({ body, ctx }) => {
        const outcome = await signIn.login(body, originOf(ctx, trust));
        if (outcome.type === 'granted') return tokensReply(200, outcome.granted);
        if (outcome.type === 'wait') throw tooManyTries(outcome.seconds);
        // The same words whether the account exists or not.
        if (outcome.type === 'refused') throw unauthorized('The e-mail address and the password do not belong together');
        const { challenge } = outcome;
        return { status: 202, headers: { 'cache-control': 'no-store' }, body: { challenge, expiresIn: challengeSeconds } };
      },
    }),
    route({
      method: 'POST',
      path: '/api/auth/login/second-factor',
      summary: 'Go on logging in by a code of the app, or by a recovery code',
      tags,
      access: 'anyone',
      body: Type.Object({ challenge: Type.String({ minLength: 1, maxLength: 100 }), code: OneTimeCode }, closed),
      responses: { 200: Tokens, 401: Problem, 429: Problem },
      handle: async ({ body, ctx }) => {
        const outcome = await signIn.secondFactor(body, originOf(ctx, trust));
        if (outcome.type === 'granted') return tokensReply(200, outcome.granted);
        if (outcome.type === 'wait') throw tooManyTries(outcome.seconds);
        throw outcome.type === 'useless' ? uselessChallenge() : wrongCode();
      },
    }),
  ];
}

function wrongCode(): Problem {
  const { status, title, headers = {} } = unauthorized('').parts;
  const errors = [{ field: '/code', rule: 'code', message: 'is not right, or was used' }];
  return new Problem({ status, code: 'wrong_code', title, detail: 'The code is not right, or was used', errors, headers });
}

/** Told from a wrong code, so that a shop goes back to the password. */
function uselessChallenge(): Problem {
  const { status, title, headers = {} } = unauthorized('').parts;
  return new Problem({
    status,
    code: 'useless_challenge',
    title,
    detail: 'That took too long, or too many codes were wrong: log in again',
    headers,
  });
}
