import { decodeCursor } from '@cartwright/kernel/http/page';

/** The place of a cursor in a list by ids: below this one. Throws 400 where it is none of these lists'. */
export function idOfCursor(cursor: string | undefined): string | undefined {
  return cursor === undefined ? undefined : String(decodeCursor(cursor, ['uuid'])[0]);
}
