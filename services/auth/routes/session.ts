import { firstLanguage } from '@cartwright/kernel/http/language';
import { Problem, unauthorized } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Email, Locale } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import type { Accounts } from '../domain/accounts.ts';
import { originOf } from './client-address.ts';
import type { Trust } from './client-address.ts';
import type { JudgePassword } from './new-password.ts';
import { emailTaken } from './recovery.ts';
import { Password, PersonName, Tokens, closed } from './schemas.ts';
import { tokensReply } from './tokens-reply.ts';

const tags = ['sessions'];
const RefreshToken = Type.Object({ refreshToken: Type.String({ minLength: 1, maxLength: 200 }) }, closed);

/** Registering, new access tokens, and logging out. */
export function sessionRoutes(accounts: Accounts, judge: JudgePassword, trust: Trust): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/auth/register',
      summary: 'Make an account, and log in; mails come in the browser’s language unless told',
      tags,
      access: 'anyone',
      body: Type.Object({ email: Email, password: Password, name: PersonName, locale: Type.Optional(Locale) }, closed),
      responses: { 201: Tokens, 409: Problem, 422: Problem },
      handle: async ({ body, ctx, headers }) => {
        judge(body.password, body);
        const locale = body.locale ?? firstLanguage(headers['accept-language']);
        const granted = await accounts.register({ ...body, locale }, originOf(ctx, trust));
        if (granted === undefined) throw emailTaken();
        return tokensReply(201, granted);
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
        return tokensReply(200, granted);
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
