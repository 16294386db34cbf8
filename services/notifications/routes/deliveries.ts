import { decodeCursor, pageOf, pageQuery, toPage } from '@cartwright/kernel/http/page';
import { Problem, notFound } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Locale, Timestamp, Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import type { DeliveryLog } from '../delivery-ports.ts';
import { templateNames } from '../domain/templates.ts';
import type { MessageKeys, Renderer } from '../ports.ts';
import { ChannelName, DeliveryView, EventName, LifeView, RecipientHash, StateName, closed } from './schemas.ts';

const tags = ['deliveries'];
const staff = { permission: 'messages.read' } as const;

const KindView = Type.Object({ template: EventName, about: Type.String({ description: 'In words of the language asked for' }) }, closed);

interface DeliveryParts {
  readonly deliveryLog: DeliveryLog;
  readonly keys: Pick<MessageKeys, 'addressHash'>;
  readonly renderer: Pick<Renderer, 'about'>;
}

/** The delivery log, for staff. Addresses come in bodies alone: what is in a URL is in the logs of whatever it passes. */
export function deliveryRoutes({ deliveryLog, keys, renderer }: DeliveryParts): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/notifications/deliveries',
      summary: 'The delivery log, the newest first',
      tags,
      access: staff,
      query: Type.Object(
        {
          ...pageQuery,
          orderId: Type.Optional(Uuid),
          number: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9-]{1,40}$', description: 'The whole number of an order' })),
          recipient: Type.Optional(RecipientHash),
          template: Type.Optional(EventName),
          channel: Type.Optional(ChannelName),
          state: Type.Optional(StateName),
          since: Type.Optional(Timestamp),
          until: Type.Optional(Type.String({ ...Timestamp, description: 'RFC 3339; messages of this moment are left out' })),
        },
        closed,
      ),
      responses: { 200: pageOf(DeliveryView) },
      handle: async ({ query: { limit = 20, cursor, number, ...search } }) => {
        const rows = await deliveryLog.search(
          { ...search, ...(number === undefined ? {} : { number: number.toUpperCase() }) },
          { ...before(cursor), limit: limit + 1 },
        );
        return {
          body: toPage(
            rows,
            limit,
            ({ id }) => [id],
            (row) => row,
          ),
        };
      },
    }),
    route({
      method: 'GET',
      path: '/api/notifications/deliveries/:id',
      summary: 'A message, and what happened to it',
      tags,
      access: staff,
      params: Type.Object({ id: Uuid }, closed),
      responses: { 200: LifeView, 404: Problem },
      handle: async ({ params: { id } }) => {
        const life = await deliveryLog.find(id);
        if (life === undefined) throw notFound('message', id);
        return { body: life };
      },
    }),
    route({
      method: 'GET',
      path: '/api/notifications/templates',
      summary: 'The kinds of messages that the delivery log may hold, whomever they are for',
      tags,
      access: staff,
      query: Type.Object({ locale: Type.Optional(Locale) }, closed),
      responses: { 200: Type.Object({ items: Type.Array(KindView) }, closed) },
      handle: ({ query: { locale } }) => ({
        body: { items: templateNames.map((template) => ({ template, about: renderer.about(template, locale) })) },
      }),
    }),
    route({
      method: 'POST',
      path: '/api/notifications/recipients',
      summary:
        'What the delivery log calls an address: it keeps a keyed hash of each. Every address has one, whether it was ever written to or not',
      tags,
      access: staff,
      body: Type.Object(
        {
          address: Type.String({
            minLength: 3,
            maxLength: 254,
            pattern: '\\S',
            description: 'An e-mail address, or a phone number in E.164',
          }),
        },
        closed,
      ),
      responses: { 200: Type.Object({ recipient: RecipientHash }, closed) },
      handle: ({ body: { address } }) => ({ body: { recipient: keys.addressHash(address) } }),
    }),
  ];
}

/** The place of a cursor of these lists: below this id. Throws 400 where it is none of theirs. */
export function before(cursor: string | undefined): { beforeId?: string } {
  return cursor === undefined ? {} : { beforeId: String(decodeCursor(cursor, ['uuid'])[0]) };
}
