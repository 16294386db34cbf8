import { defineActor } from '@cartwright/actor-host/definition';
import { Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import { mostBackorder, mostUnits, refusals } from './rules.ts';

const closed = { additionalProperties: false };
const Id = Type.String({ minLength: 1, maxLength: 100 });
const Units = Type.Integer({ minimum: 0, maximum: mostUnits });
const Quantity = Type.Integer({ minimum: 1, maximum: 1_000_000 });
const why = { reason: Type.String({ minLength: 1, maxLength: 500 }), author: Type.Optional(Type.String({ maxLength: 100 })) };

const Limit = Type.Integer({ minimum: 0, maximum: mostBackorder });

const Command = Type.Union([
  Type.Object({ id: Id, type: Type.Literal('set'), onHand: Units, expected: Type.Optional(Type.Integer()), ...why }, closed),
  Type.Object({ id: Id, type: Type.Literal('adjust'), delta: Type.Integer({ minimum: -mostUnits, maximum: mostUnits }), ...why }, closed),
  Type.Object(
    {
      id: Id,
      type: Type.Literal('configure'),
      backorder: Type.Optional(Limit),
      lowBelow: Type.Optional(Type.Union([Units, Type.Null()])),
      ...why,
    },
    closed,
  ),
  Type.Object({ id: Id, type: Type.Literal('reserve'), orderId: Uuid, quantity: Quantity }, closed),
  Type.Object({ id: Id, type: Type.Literal('release'), orderId: Uuid }, closed),
  Type.Object({ id: Id, type: Type.Literal('commit'), orderId: Uuid }, closed),
  Type.Object({ id: Id, type: Type.Literal('restock'), orderId: Uuid, quantity: Quantity }, closed),
]);

const level = { version: Type.Integer(), onHand: Type.Integer({ maximum: mostUnits }), reserved: Units, backorder: Limit };
const Answer = Type.Union([
  Type.Object({ id: Id, ok: Type.Literal(true), ...level }, closed),
  Type.Object({ id: Id, ok: Type.Literal(false), refused: Type.Enum(refusals), ...level }, closed),
]);

/** The most commands that one turn decides. */
export const batchSize = 200;

/**
 * The Stock actor, hosted by inventory; its id is the SKU. One turn decides a batch of commands, because Dapr lets one call at a time into
 * an actor: those who wait form the next batch.
 */
export const StockActor = defineActor({
  type: 'Stock',
  methods: {
    decide: {
      input: Type.Object({ commands: Type.Array(Command, { minItems: 1, maxItems: batchSize }) }, closed),
      output: Type.Object({ answers: Type.Array(Answer) }, closed),
    },
  },
  reminders: [],
});
