import { Type } from 'typebox';
import type { Static } from 'typebox';
import { Timestamp, Uuid } from '../schemas.ts';

/** An event on the wire: CloudEvents 1.0 in JSON, with three extensions. Dapr adds fields of its own, so others are let through. */
export const Envelope = Type.Object({
  specversion: Type.Literal('1.0'),
  id: Uuid,
  source: Type.String({ minLength: 1, description: 'cartwright/ and the app id of the producer' }),
  type: Type.String({ minLength: 1 }),
  subject: Type.String({ minLength: 1, maxLength: 200, description: 'Id of the aggregate; also the key of the Kafka message' }),
  time: Timestamp,
  datacontenttype: Type.Literal('application/json'),
  cause: Type.Optional(
    Type.String({ description: 'The `traceparent` of the work that published it; in `traceparent` itself Dapr puts a trace of its own' }),
  ),
  aggregatetype: Type.String({ minLength: 1, maxLength: 50 }),
  aggregateversion: Type.Integer({ minimum: 1, description: 'From 1, without holes per aggregate' }),
  data: Type.Unknown(),
});
export type Envelope = Static<typeof Envelope>;
