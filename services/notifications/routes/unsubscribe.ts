import { Problem, unprocessable } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Type } from 'typebox';
import type { OptOut } from '../domain/preferences.ts';
import { withOptOut } from '../domain/preferences.ts';
import type { BackInStockRequests } from '../alert-ports.ts';
import type { MessageKeys, OptOuts, PreferencesStore } from '../ports.ts';
import { EventName, closed } from './schemas.ts';

export interface UnsubscribeParts {
  readonly keys: Pick<MessageKeys, 'readUnsubscribe'>;
  readonly preferences: Pick<PreferencesStore, 'change'>;
  readonly optOuts: Pick<OptOuts, 'set'>;
  readonly backInStock: Pick<BackInStockRequests, 'withdrawAll'>;
}

const path = '/api/notifications/unsubscribe';
const tags = ['preferences'];
const Token = Type.String({ minLength: 1, maxLength: 300, description: 'As in the link of a mail' });
const Query = Type.Object(
  { token: Token, everything: Type.Optional(Type.Boolean({ description: 'All that is not essential, rather than this kind alone' })) },
  closed,
);
const Answer = Type.Object({ event: EventName, everything: Type.Boolean(), subscribed: Type.Boolean() }, closed);

/**
 * Ending mails by their signed links, without logging in. RFC 8058: one POST does it, whatever its body; nothing is done by a GET, because programs
 * that look at mails open links.
 */
export function unsubscribeRoutes({ keys, preferences, optOuts, backInStock }: UnsubscribeParts): Route[] {
  async function set(token: string, everything: boolean, subscribed: boolean) {
    const read = keys.readUnsubscribe(token);
    if (read === undefined) throw useless();
    const { subscriber, event } = read;
    const optOut: OptOut = everything ? '*' : event;
    if ('userId' in subscriber) await preferences.change(subscriber.userId, (before) => withOptOut(before, optOut, subscribed));
    else {
      await optOuts.set(subscriber.addressHash, optOut, subscribed);
      // Guests are told by mail alone: what they wait for need not be kept.
      if (!subscribed && (everything || event === 'back-in-stock')) await backInStock.withdrawAll(subscriber.addressHash);
    }
    return { body: { event, everything, subscribed }, headers: { 'cache-control': 'no-store' } };
  }

  return [
    route({
      method: 'POST',
      path,
      summary: 'Ends mails of a kind (RFC 8058: one click), or all that are not essential',
      tags,
      access: 'anyone',
      query: Query,
      rawBody: true,
      bodyLimit: 4096,
      responses: { 200: Answer, 422: Problem },
      handle: ({ query: { token, everything = false } }) => set(token, everything, false),
    }),
    route({
      method: 'DELETE',
      path,
      summary: 'Takes an unsubscription back',
      tags,
      access: 'anyone',
      query: Query,
      responses: { 200: Answer, 422: Problem },
      handle: ({ query: { token, everything = false } }) => set(token, everything, true),
    }),
    route({
      method: 'GET',
      path,
      summary: 'Leads to the page on which mails can be ended; it ends none itself',
      tags,
      access: 'anyone',
      query: Type.Object({ token: Token }, closed),
      responses: { 303: null, 422: Problem },
      handle: ({ query: { token } }) => {
        if (keys.readUnsubscribe(token) === undefined) throw useless();
        return { status: 303, headers: { location: `/unsubscribe#${token}`, 'cache-control': 'no-store' } };
      },
    }),
  ];
}

function useless(): Problem {
  const detail = 'The link is not one that we sent';
  return unprocessable('useless_link', detail, [{ field: 'token', rule: 'link', message: 'is not one that we sent' }]);
}
