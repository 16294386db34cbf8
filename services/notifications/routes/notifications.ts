import { decodeCursor, pageOf, pageQuery, toPage } from '@cartwright/kernel/http/page';
import { invalidField } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Type } from 'typebox';
import { validate } from 'uuid';
import type { MessageRecord, Messages, PreferencesStore } from '../ports.ts';
import { DeliveryView, MessageView, PreferencesBody, closed, states } from './schemas.ts';

const tags = ['notifications'];
const staff = { permission: 'messages.read' } as const;

/** A customer's own messages and preferences, and the delivery log for staff. */
export function notificationRoutes(messages: Pick<Messages, 'list'>, preferences: Pick<PreferencesStore, 'of' | 'set'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/notifications',
      summary: 'The messages that were sent to you, the newest first',
      tags,
      access: 'signed-in',
      query: Type.Object(pageQuery, closed),
      responses: { 200: pageOf(MessageView) },
      handle: async ({ principal, query: { limit = 20, cursor } }) => {
        const rows = await messages.list({ userId: principal.userId, ...before(cursor), limit: limit + 1 });
        return { body: toPage(rows, limit, ({ id }) => [id], messageView) };
      },
    }),
    route({
      method: 'GET',
      path: '/api/notifications/deliveries',
      summary: 'The delivery log, the newest first',
      tags,
      access: staff,
      query: Type.Object({ ...pageQuery, state: Type.Optional(Type.Enum([...states])) }, closed),
      responses: { 200: pageOf(DeliveryView) },
      handle: async ({ query: { limit = 20, cursor, state } }) => {
        const rows = await messages.list({ ...(state === undefined ? {} : { state }), ...before(cursor), limit: limit + 1 });
        return { body: toPage(rows, limit, ({ id }) => [id], deliveryView) };
      },
    }),
    route({
      method: 'GET',
      path: '/api/notifications/preferences',
      summary: 'What you want to be told, and how',
      tags,
      access: 'signed-in',
      responses: { 200: PreferencesBody },
      handle: async ({ principal }) => ({ body: await preferences.of(principal.userId) }),
    }),
    route({
      method: 'PUT',
      path: '/api/notifications/preferences',
      summary: 'Sets what you want to be told; essential messages come by e-mail all the same',
      tags,
      access: 'signed-in',
      body: PreferencesBody,
      responses: { 200: PreferencesBody },
      handle: async ({ principal, body }) => {
        if (body.sms.updates && body.sms.phone === null) throw invalidField('/sms/phone', 'required', 'is needed for texts');
        const wished = { ...body, locale: body.locale ?? null };
        await preferences.set(principal.userId, wished);
        return { body: wished };
      },
    }),
  ];
}

/** The place of a cursor of these lists: below this id. Throws 400 where it is none of theirs. */
export function before(cursor: string | undefined): { beforeId?: string } {
  if (cursor === undefined) return {};
  const beforeId = String(decodeCursor(cursor, ['string'])[0]);
  if (!validate(beforeId)) throw invalidField('cursor', 'cursor', 'is not one that a list gave');
  return { beforeId };
}

function messageView({ id, channel, template, orderId, number, state, createdAt, settledAt }: MessageRecord) {
  return { id, channel, template, orderId, number, state, createdAt, settledAt };
}

function deliveryView(record: MessageRecord) {
  const { tries, resends, provider, reason } = record;
  return { ...messageView(record), tries, resends, provider, reason };
}
