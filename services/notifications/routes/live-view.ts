import { isTransient } from '@cartwright/kernel/messaging/transient';
import { Timestamp, Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { templateNames } from '../domain/templates.ts';
import type { LiveMessage } from '../live-ports.ts';
import type { Contact, Contacts, OrderFactsStore, PreferencesStore, Renderer } from '../ports.ts';
import { closed, nullable } from './schemas.ts';

/** What a live message is written with when it is read: in the reader's language of then. */
export interface LiveWriter {
  readonly renderer: Renderer;
  readonly orders: Pick<OrderFactsStore, 'findAll'>;
  readonly preferences: Pick<PreferencesStore, 'of'>;
  readonly contacts: Pick<Contacts, 'ofOrder'>;
}

export const LiveView = Type.Object(
  {
    id: Type.String({ description: 'Numbers that grow, for each person from 1 without holes; also the id of the stream’s event' }),
    template: Type.Enum([...templateNames]),
    title: Type.String(),
    text: Type.String(),
    link: Type.String({ description: 'A path of the shop' }),
    orderId: nullable(Uuid),
    number: nullable(Type.String({ description: "The order's number" })),
    read: Type.Boolean(),
    createdAt: Timestamp,
  },
  closed,
);

/** Messages as people read them. */
export async function liveView(
  { renderer, orders, preferences, contacts }: LiveWriter,
  userId: string,
  messages: readonly LiveMessage[],
  readTo: number,
): Promise<Static<typeof LiveView>[]> {
  if (messages.length === 0) return [];
  const [{ locale }, known] = await Promise.all([preferences.of(userId), orders.findAll(messages.flatMap(({ orderId }) => orderId ?? []))]);
  const quoted = new Set(messages.flatMap(({ orderId, data }) => (data.said === undefined ? [] : (orderId ?? []))));
  const words = new Map(await Promise.all([...quoted].map(async (orderId) => [orderId, await wordsOf(contacts, orderId)] as const)));
  return messages.map(({ seq, template, orderId, data, createdAt }) => {
    const order = orderId === null ? undefined : known.get(orderId);
    const contact = { ...nobody, words: words.get(orderId ?? '') ?? {} };
    const { subject, text, path } = renderer.render(template, 'live', { contact, order, data, locale });
    return {
      ...{ id: String(seq), template, title: subject, text, link: path },
      ...{ orderId, number: order?.number ?? null, read: seq <= readTo, createdAt },
    };
  });
}

/** What was said of an order. While orders is away its messages are read without, rather than not at all. */
async function wordsOf(contacts: LiveWriter['contacts'], orderId: string): Promise<NonNullable<Contact['words']>> {
  try {
    return (await contacts.ofOrder(orderId))?.words ?? {};
  } catch (error) {
    if (isTransient(error)) return {};
    throw error;
  }
}

/** Live messages name nobody: they are read by whom they are for. */
const nobody = { name: '', email: '' };
