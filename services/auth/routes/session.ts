import { Problem, unauthorized } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Reply, Route } from '@cartwright/kernel/http/route';
import { Email } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import { accessTokenSeconds } from '../adapters/signing-keys.ts';
import type { Accounts, Granted } from '../domain/accounts.ts';
import { originOf } from './client-address.ts';
import type { Trust } from './client-address.ts';
import { tooManyTries } from './prove.ts';
import { emailTaken } from './recovery.ts';
import { Password, PersonName, Tokens, closed, viewOf } from './schemas.ts';

const tags = ['sessions'];
const RefreshToken = Type.Object({ refreshToken: Type.String({ minLength: 1, maxLength: 200 }) }, closed);

/** Registering, logging in and out, and new access tokens. */
export function sessionRoutes(accounts: Accounts, trust: Trust): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/auth/register',
      summary: 'Make an account, and log in',
      tags,
      access: 'anyone',
      body: Type.Object({ email: Email, password: Password, name: PersonName }, closed),
      responses: { 201: Tokens, 409: Problem },
      handle: async ({ body, ctx }) => {
        const granted = await accounts.register(body, originOf(ctx, trust));
        if (granted === undefined) throw emailTaken();
        return tokens(201, granted);
      },
    }),
    route({
      method: 'POST',
      path: '/api/auth/login',
      summary: 'Log in',
      tags,
      access: 'anyone',
      body: Type.Object({ email: Email, password: Type.String({ minLength: 1, maxLength: 200 }) }, closed),
      responses: { 200: Tokens, 401: Problem, 429: Problem },
      handle: async ({ body, ctx }) => {
        const outcome = await accounts.login(body, originOf(ctx, trust));
        if (outcome.type === 'granted') return tokens(200, outcome.granted);
        // The same words whether the account exists or not.
        if (outcome.type === 'refused') throw unauthorized('The e-mail address and the password do not belong together');
        throw tooManyTries(outcome.seconds);
      },
    }),
    route({
      method: 'POST',
      path: '/api/auth/refresh',
      summary: 'Get a new access token; the refresh token is replaced too',
      tags,
      access: 'anyone',
      body: RefreshToken,
      responses: { 200: Tokens, 401: Problem },
      handle: async ({ body, ctx }) => {
        const granted = await accounts.refresh(body.refreshToken, originOf(ctx, trust));
        if (granted === undefined) throw unauthorized('The refresh token is not valid any more');
        return tokens(200, granted);
      },
    }),
    route({
      method: 'POST',
      path: '/api/auth/logout',
      summary: 'Log out: the session’s tokens are refused everywhere within two seconds',
      tags,
      access: 'anyone',
      body: RefreshToken,
      responses: { 204: null },
      handle: async ({ body, ctx }) => {
        await accounts.logout(body.refreshToken, originOf(ctx, trust));
        return { status: 204 };
      },
    }),
  ];
}

function tokens(status: number, { user, accessToken, refreshToken }: Granted): Reply {
  const headers = { 'cache-control': 'no-store' };
  return { status, headers, body: { user: viewOf(user), accessToken, refreshToken, expiresIn: accessTokenSeconds } };
}
