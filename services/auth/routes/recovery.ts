import { Problem, conflict, notFound, unauthorized } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Email, Timestamp, Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import { mostLinksPerHour } from '../domain/account-links.ts';
import type { Recovery } from '../domain/recovery.ts';
import type { Users } from '../ports.ts';
import type { AccountLinks } from '../link-ports.ts';
import { originOf } from './client-address.ts';
import type { Trust } from './client-address.ts';
import type { JudgePassword } from './new-password.ts';
import type { Prove } from './prove.ts';
import { Password, addressee, closed } from './schemas.ts';

const tags = ['recovery'];
const Token = Type.String({ minLength: 1, maxLength: 200, description: 'What follows # in the link of the mail' });
const PendingChange = Type.Object(
  { email: Email, expiresAt: Type.String({ format: 'date-time', description: 'Until when its link works' }) },
  closed,
);

export interface RecoveryRoutesParts {
  readonly recovery: Recovery;
  readonly links: Pick<AccountLinks, 'toSend' | 'waiting' | 'withdraw'>;
  readonly users: Pick<Users, 'byId'>;
  readonly prove: Prove;
  readonly judge: JudgePassword;
  readonly trust: Trust;
}

/** Forgotten passwords, and proving and changing an e-mail address. Links go out by mail alone. */
export function recoveryRoutes({ recovery, links, users, prove, judge, trust }: RecoveryRoutesParts): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/auth/password/forgot',
      summary: 'Have a link sent that sets a new password; the answer is the same whether there is such an account or not',
      tags,
      access: 'anyone',
      body: Type.Object({ email: Email }, closed),
      responses: { 202: null },
      handle: async ({ body, ctx }) => {
        await recovery.forgot(body.email, originOf(ctx, trust));
        return { status: 202 };
      },
    }),
    route({
      method: 'POST',
      path: '/api/auth/password/reset',
      summary: 'Set a new password by the link of a mail, which works once and for 30 minutes; all sessions end',
      tags,
      access: 'anyone',
      body: Type.Object({ token: Token, password: Password }, closed),
      responses: { 204: null, 422: Problem },
      handle: async ({ body, ctx }) => {
        judge(body.password);
        if (!(await recovery.reset(body.token, body.password, originOf(ctx, trust)))) throw uselessLink();
        return { status: 204 };
      },
    }),
    route({
      method: 'POST',
      path: '/api/auth/email/verify',
      summary: 'Prove an e-mail address by the link of a mail; a new address becomes the account’s by it',
      tags,
      access: 'anyone',
      body: Type.Object({ token: Token }, closed),
      responses: { 200: Type.Object({ outcome: Type.Enum(['verified', 'moved']) }), 409: Problem, 422: Problem },
      handle: async ({ body, ctx }) => {
        const outcome = await recovery.confirm(body.token, originOf(ctx, trust));
        if (outcome === 'useless') throw uselessLink();
        if (outcome === 'taken') throw emailTaken();
        return { body: { outcome } };
      },
    }),
    route({
      method: 'POST',
      path: '/api/auth/me/email/verification',
      summary: 'Have the link sent again that proves my address; nothing is sent where it is proved, nor too often',
      tags,
      access: 'signed-in',
      responses: { 202: null },
      handle: async ({ principal }) => {
        await recovery.askToVerify(principal.userId);
        return { status: 202 };
      },
    }),
    route({
      method: 'POST',
      path: '/api/auth/me/email',
      summary: 'Have a link sent to my new address, which becomes the account’s by it; the old one is told',
      tags,
      access: 'signed-in',
      body: Type.Object({ email: Email, password: Type.String({ minLength: 1, maxLength: 200 }) }, closed),
      responses: { 202: null, 403: Problem, 409: Problem, 429: Problem },
      handle: async ({ principal, body, ctx }) => {
        const known = await users.byId(principal.userId);
        if (known === undefined) throw unauthorized('The account is not there any more');
        await prove(known, body.password, '/password');
        const outcome = await recovery.askToMove(principal.userId, body.email, originOf(ctx, trust));
        if (outcome === 'taken') throw emailTaken();
        if (outcome === 'too_many') throw tooManyLinks();
        return { status: 202 };
      },
    }),
    route({
      method: 'GET',
      path: '/api/auth/me/email/change',
      summary: 'Which new address waits for its link to be followed',
      tags,
      access: 'signed-in',
      responses: { 200: Type.Object({ pending: Type.Union([PendingChange, Type.Null()]) }, closed) },
      handle: async ({ principal }) => ({ body: { pending: (await links.waiting(principal.userId, 'change')) ?? null } }),
    }),
    route({
      method: 'DELETE',
      path: '/api/auth/me/email/change',
      summary: 'Keep my address: links that were sent to another one become void',
      tags,
      access: 'signed-in',
      responses: { 204: null },
      handle: async ({ principal }) => {
        await links.withdraw(principal.userId, ['change']);
        return { status: 204 };
      },
    }),
    route({
      method: 'GET',
      path: '/internal/account-links/:id',
      summary: 'What to write in the mail with a link',
      access: { callers: ['notifications'] },
      params: Type.Object({ id: Uuid }, closed),
      responses: {
        200: Type.Object({ ...addressee, purpose: Type.String(), token: Type.String(), expiresAt: Timestamp }),
      },
      handle: async ({ params }) => {
        const link = await links.toSend(params.id);
        if (link === undefined) throw notFound('link', params.id);
        return { body: link, headers: { 'cache-control': 'no-store' } };
      },
    }),
  ];
}

function uselessLink(): Problem {
  const detail = 'The link was used, has expired, or is not one that we sent';
  const errors = [{ field: '/token', rule: 'link', message: 'is of no use' }];
  return new Problem({ status: 422, code: 'useless_link', title: 'Useless link', detail, errors });
}

function tooManyLinks(): Problem {
  const detail = `We send at most ${String(mostLinksPerHour)} links an hour: look for them in your mailbox, or try again later`;
  return new Problem({ status: 429, code: 'too_many_links', title: 'Too many links', detail, headers: { 'retry-after': '3600' } });
}

/** 409: an account has this address. */
export function emailTaken(): Problem {
  const detail = 'There is an account with this e-mail address';
  const { status, code, title } = conflict('email_taken', detail).parts;
  return new Problem({ status, code, title, detail, errors: [{ field: '/email', rule: 'unique', message: 'is taken' }] });
}
