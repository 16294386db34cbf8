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
  const words = await Promise.all(messages.map((message) => wordsOf(contacts, message)));
  return messages.map(({ seq, template, orderId, data, createdAt }, index) => {
    const order = orderId === null ? undefined : known.get(orderId);
    const { subject, text, path } = renderer.render(template, 'live', { contact: { ...nobody, ...words[index] }, order, data, locale });
    return {
      ...{ id: String(seq), template, title: subject, text, link: path },
      ...{ orderId, number: order?.number ?? null, read: seq <= readTo, createdAt },
    };
  });
}

/** What staff said, where a message quotes it. While orders is away it is read without, rather than not at all. */
async function wordsOf(contacts: LiveWriter['contacts'], { orderId, data }: LiveMessage): Promise<Pick<Contact, 'words'>> {
  if (data.said === undefined || orderId === null) return {};
  try {
    const { words = {} } = (await contacts.ofOrder(orderId)) ?? {};
    return { words };
  } catch {
    return {};
  }
}

/** Live messages name nobody: they are read by whom they are for. */
const nobody = { name: '', email: '' };
