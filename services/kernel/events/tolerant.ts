import type { TSchema } from 'typebox';

/** The schema without its refusals of unknown fields, at every depth: what a consumer checks with, since producers may be newer. */
export function tolerant(schema: TSchema): TSchema {
  return withoutRefusals(JSON.parse(JSON.stringify(schema))) as TSchema;
}

function withoutRefusals(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutRefusals);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key, child]) => key !== 'additionalProperties' || child !== false);
  return Object.fromEntries(kept.map(([key, child]) => [key, withoutRefusals(child)]));
}
