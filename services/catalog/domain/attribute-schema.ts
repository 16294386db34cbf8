import type { FieldError } from '@cartwright/kernel/http/problem';
import { visibleText } from '@cartwright/kernel/visible-text';
import { Type } from 'typebox';
import type { Static } from 'typebox';

const closed = { additionalProperties: false };
const Name = Type.String({ pattern: '^[^.$]{1,60}$' });
const size = (maximum: number) => Type.Optional(Type.Integer({ minimum: 0, maximum }));
const about = {
  title: Type.Optional(visibleText(100)),
  description: Type.Optional(Type.String({ maxLength: 500 })),
};
const bound = Type.Optional(Type.Number());
const TextProperty = Type.Object(
  {
    type: Type.Literal('string'),
    ...about,
    enum: Type.Optional(Type.Array(Type.String({ maxLength: 500 }), { minItems: 1, maxItems: 200 })),
    minLength: size(500),
    maxLength: size(500),
    format: Type.Optional(Type.Union([Type.Literal('date'), Type.Literal('uri'), Type.Literal('email')])),
  },
  closed,
);
const NumberProperty = Type.Object(
  {
    type: Type.Union([Type.Literal('number'), Type.Literal('integer')]),
    ...about,
    enum: Type.Optional(Type.Array(Type.Number(), { minItems: 1, maxItems: 200 })),
    minimum: bound,
    maximum: bound,
    multipleOf: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  },
  closed,
);
const YesOrNo = Type.Object({ type: Type.Literal('boolean'), ...about }, closed);
const ListProperty = Type.Object(
  {
    type: Type.Literal('array'),
    ...about,
    items: Type.Object(
      {
        type: Type.Literal('string'),
        enum: Type.Optional(Type.Array(Type.String({ maxLength: 200 }), { minItems: 1, maxItems: 200 })),
        maxLength: size(200),
      },
      closed,
    ),
    minItems: size(50),
    maxItems: size(50),
    uniqueItems: Type.Optional(Type.Boolean()),
  },
  closed,
);

/**
 * What staff says of a category's attributes: JSON Schema 2020-12, of which this part is taken. There are no patterns in it, since a regular expression
 * can be made to run for hours, and no references. A category's products also have to meet those of the categories above it.
 */
export const AttributeSchema = Type.Object(
  {
    type: Type.Literal('object'),
    properties: Type.Record(Name, Type.Union([TextProperty, NumberProperty, YesOrNo, ListProperty]), { ...closed, maxProperties: 100 }),
    required: Type.Optional(Type.Array(Name, { maxItems: 100, uniqueItems: true })),
    additionalProperties: Type.Optional(
      Type.Boolean({ description: 'false: attributes that neither this category nor one above it describes are refused' }),
    ),
  },
  closed,
);
export type AttributeSchema = Static<typeof AttributeSchema>;

/** What of a schema could never be met, or is required without being described. `above` are those of the categories above it. */
export function brokenSchema(schema: AttributeSchema, above: readonly AttributeSchema[]): FieldError[] {
  const known = new Set([schema, ...above].flatMap(({ properties }) => Object.keys(properties)));
  const undescribed = (schema.required ?? []).flatMap((name, index) =>
    known.has(name)
      ? []
      : [{ field: `/required/${String(index)}`, rule: 'described', message: `${name} is in no properties, here or above` }],
  );
  const contradictions = Object.entries(schema.properties).flatMap(([name, property]) =>
    (
      [
        ['minLength', 'maxLength'],
        ['minimum', 'maximum'],
        ['minItems', 'maxItems'],
      ] as const
    ).flatMap(([least, most]) => {
      const bounds = new Map(Object.entries(property));
      return Number(bounds.get(least) ?? -Infinity) > Number(bounds.get(most) ?? Infinity)
        ? [{ field: `/properties/${pointer(name)}/${least}`, rule: 'range', message: `is more than ${most}` }]
        : [];
    }),
  );
  return [...undescribed, ...contradictions];
}

/** What a product of a category has to meet: its own schema and those above it, all of them. */
export function effectiveSchema(path: readonly AttributeSchema[]): Record<string, unknown> {
  const names = path.flatMap(({ properties }) => Object.keys(properties));
  const isClosed = path.some(({ additionalProperties }) => additionalProperties === false);
  return {
    type: 'object',
    allOf: path.map(({ properties, required = [] }) => ({ properties, required })),
    ...(isClosed ? { properties: Object.fromEntries(names.map((name) => [name, {}])), additionalProperties: false } : {}),
  };
}

function pointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
