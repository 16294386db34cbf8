import { decodeCursor } from '@cartwright/kernel/http/page';
import { invalidField } from '@cartwright/kernel/http/problem';
import { validate } from 'uuid';

/** The place of a cursor in a list by ids: below this one. Throws 422 where it is none of these lists'. */
export function idOfCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const id = String(decodeCursor(cursor, ['string'])[0]);
  if (!validate(id)) throw invalidField('cursor', 'cursor', 'is not one that a list gave');
  return id;
}
