import { pageOf, pageQuery, toPage } from '@cartwright/kernel/http/page';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import type { Mailbox } from '../ports.ts';
import { before } from './deliveries.ts';
import { MailView, closed } from './schemas.ts';

/** The mailbox of a local machine, open to everybody; it is not mounted in production. */
export function mailboxRoutes(mailbox: Pick<Mailbox, 'list'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/notifications/mailbox',
      summary: 'Messages that would have been sent, the newest first; on local machines only',
      tags: ['mailbox'],
      access: 'anyone',
      query: Type.Object(
        {
          ...pageQuery,
          to: Type.Optional(Type.String({ minLength: 1, maxLength: 254, description: 'Recipient' })),
          message: Type.Optional(Uuid),
        },
        closed,
      ),
      responses: { 200: pageOf(MailView) },
      handle: async ({ query: { limit = 20, cursor, to, message } }) => {
        const entries = await mailbox.list({
          ...(to === undefined ? {} : { to }),
          ...(message === undefined ? {} : { messageId: message }),
          ...before(cursor),
          limit: limit + 1,
        });
        return {
          body: toPage(
            entries,
            limit,
            ({ id }) => [id],
            (entry) => entry,
          ),
          headers: { 'cache-control': 'no-store' },
        };
      },
    }),
  ];
}
