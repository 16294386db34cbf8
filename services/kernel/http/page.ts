import { Type } from 'typebox';
import type { TSchema } from 'typebox';
import { validate } from 'uuid';
import { badRequest } from './problem.ts';

/** The query of a list: `limit` (20 unless told, at most 100) and the `cursor` of the page before. */
export const pageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
  cursor: Type.Optional(Type.String({ maxLength: 500 })),
};
export const PageQuery = Type.Object(pageQuery, { additionalProperties: false });

export function pageOf<T extends TSchema>(item: T) {
  return Type.Object({ items: Type.Array(item), nextCursor: Type.Union([Type.String(), Type.Null()]) });
}

/** A place in a list. Opaque to clients, so that lists may change how they are ordered. */
export function encodeCursor(position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** What a part of a cursor has to be. Texts hold what Postgres can: no NUL, no half of a surrogate pair. */
export type CursorPart = keyof typeof fits;
const fits = {
  string: (value: unknown) => typeof value === 'string' && value.isWellFormed() && !value.includes('\0'),
  number: (value: unknown) => typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER,
  integer: (value: unknown) => Number.isSafeInteger(value),
  uuid: (value: unknown) => typeof value === 'string' && validate(value),
} as const;

/** Reads a cursor with as many parts as `types` names. Throws 400 when it is none of ours. */
export function decodeCursor(cursor: string, types: readonly CursorPart[]): (string | number)[] {
  try {
    const position = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown;
    if (Array.isArray(position) && position.length === types.length && types.every((type, index) => fits[type](position[index]))) {
      return position as (string | number)[];
    }
  } catch (error) {
    throw invalidCursor({ cause: error });
  }
  throw invalidCursor();
}

/** 400, for a cursor that no list gave. */
export function invalidCursor(options?: ErrorOptions): Error {
  return badRequest(
    'cursor is not one that a list gave',
    [{ field: 'cursor', rule: 'cursor', message: 'is not one that a list gave' }],
    options,
  );
}

/** Makes a page of `limit + 1` rows that were asked for: the one too many says that there is more. */
export function toPage<T, R>(
  rows: readonly T[],
  limit: number,
  position: (row: T) => readonly (string | number)[],
  view: (row: T) => R,
): { items: R[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(view), nextCursor: rows.length > limit && last !== undefined ? encodeCursor(position(last)) : null };
}
