import { Email, Locale, Timestamp, Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import { channels, templateNames } from '../domain/templates.ts';

export const closed = { additionalProperties: false };
export const nullable = <Schema extends Parameters<typeof Type.Array>[0]>(schema: Schema) => Type.Union([schema, Type.Null()]);

export const states = ['waiting', 'sending', 'sent', 'failed', 'skipped'] as const;

export const MessageView = Type.Object(
  {
    id: Uuid,
    channel: Type.Enum([...channels]),
    template: Type.Enum([...templateNames]),
    orderId: nullable(Uuid),
    number: nullable(Type.String({ description: "The order's number" })),
    state: Type.Enum([...states]),
    createdAt: Timestamp,
    settledAt: nullable(Timestamp),
  },
  closed,
);

export const DeliveryView = Type.Object(
  {
    ...MessageView.properties,
    tries: Type.Integer({ description: 'Times it was handed to the provider' }),
    resends: Type.Integer({ description: 'Times that was done in doubt whether the one before went out' }),
    provider: nullable(Type.String()),
    reason: nullable(Type.String()),
  },
  closed,
);

export const PreferencesBody = Type.Object(
  {
    locale: Type.Optional(nullable(Locale)),
    email: Type.Object(
      { updates: Type.Boolean({ description: 'Messages that are not essential, such as that an order was shipped' }) },
      closed,
    ),
    sms: Type.Object(
      { updates: Type.Boolean(), phone: nullable(Type.String({ pattern: '^\\+[1-9][0-9]{6,14}$', description: 'E.164' })) },
      closed,
    ),
  },
  closed,
);

export const MailView = Type.Object(
  {
    id: Uuid,
    to: Type.Union([Email, Type.String()]),
    channel: Type.Enum([...channels]),
    subject: Type.String(),
    html: nullable(Type.String()),
    text: Type.String(),
    createdAt: Timestamp,
  },
  closed,
);
