import { Email, Timestamp, Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import { messageStates, stepNames } from '../domain/message-life.ts';
import { outcomeWeights } from '../domain/provider-news.ts';
import type { Outcome } from '../domain/provider-news.ts';
import { channels, templateNames } from '../domain/templates.ts';

export const closed = { additionalProperties: false };
export const nullable = <Schema extends Parameters<typeof Type.Array>[0]>(schema: Schema) => Type.Union([schema, Type.Null()]);

export const ChannelName = Type.Enum([...channels]);
export const EventName = Type.Enum([...templateNames]);

/** A keyed hash of an address: no address is kept with messages. */
export const RecipientHash = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$', description: 'A keyed hash of an address' });

export const StateName = Type.Enum([...messageStates]);

const delivery = {
  id: Uuid,
  channel: ChannelName,
  template: EventName,
  orderId: nullable(Uuid),
  number: nullable(Type.String({ description: "The order's number" })),
  state: StateName,
  createdAt: Timestamp,
  settledAt: nullable(Timestamp),
  tries: Type.Integer({ description: 'Times it was handed to the provider' }),
  resends: Type.Integer({ description: 'Times that was done in doubt whether the one before went out' }),
  provider: nullable(Type.String()),
  reason: nullable(Type.String()),
  outcome: nullable(Type.Enum(Object.keys(outcomeWeights) as Outcome[])),
  recipient: nullable(RecipientHash),
};

export const DeliveryView = Type.Object(delivery, closed);

export const LifeView = Type.Object(
  {
    ...delivery,
    steps: Type.Array(Type.Object({ step: Type.Enum([...stepNames]), at: Timestamp }, closed), { description: 'The oldest first' }),
    nextTryAt: nullable(Timestamp),
    suppressed: Type.Boolean({ description: 'Nothing is sent to its recipient now' }),
  },
  closed,
);

export const MailView = Type.Object(
  {
    id: Uuid,
    to: Type.Union([Email, Type.String()]),
    channel: Type.Enum(['email', 'sms']),
    subject: Type.String(),
    html: nullable(Type.String()),
    text: Type.String(),
    headers: Type.Record(Type.String(), Type.String(), { description: 'Those of the mail that matter to whoever receives it' }),
    createdAt: Timestamp,
  },
  closed,
);
