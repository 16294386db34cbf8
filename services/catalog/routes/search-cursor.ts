import { invalidField } from '@cartwright/kernel/http/problem';
import { decodeCursor, encodeCursor } from '@cartwright/kernel/http/page';
import type { CursorPart } from '@cartwright/kernel/http/page';
import { strictness } from '../domain/search/matching.ts';
import type { Place } from '../domain/search/search-query.ts';
import type { SearchRequest } from '../domain/search/search-query.ts';
import type { ListPlace } from '../search-ports.ts';

/** What the sort values of a hit are, by order. */
const positions = {
  relevance: ['number', 'number', 'string'],
  words: ['number', 'string'],
  price: ['number', 'string'],
  '-price': ['number', 'string'],
  rating: ['number', 'string'],
  newest: ['string', 'string'],
} as const;
/** Of a list that Postgres made: a place in its order, and the id. */
const listed = 'listed';

export type SearchOrder = keyof typeof positions;

/** Where the page before ended: in Elasticsearch, or in a list that Postgres made while it was away. */
export type Cursor = { readonly from: 'search'; readonly place: Place } | { readonly from: 'list'; readonly after: ListPlace };

export function orderOf({ sort = 'relevance', q }: Pick<SearchRequest, 'sort' | 'q'>): SearchOrder {
  return sort === 'relevance' && q !== undefined && q.trim() !== '' ? 'words' : sort;
}

export function writeCursor(order: SearchOrder, { mode, pit = '', values }: Place): string {
  return encodeCursor([order, mode, pit, ...values]);
}

export function writeListCursor(order: SearchOrder, { key, id }: ListPlace): string {
  return encodeCursor([listed, order, key, id]);
}

/** Throws 400 where it is none of ours, or of a list in another order: a cursor goes on in the order that it came from. */
export function readCursor(cursor: string, order: SearchOrder): Cursor {
  const list = read(cursor, ['string', 'string', 'integer', 'uuid']);
  if (list?.[0] === listed) {
    const [, made, key, id] = list;
    if (made !== order) throw invalidField('cursor', 'cursor', `is of a list in another order: ${order} was asked for`);
    return { from: 'list', after: { key: Number(key), id: String(id) } };
  }
  const [kinds, unrated] = [positions[order], ['string', 'string'] as const]; // where there is no rating it is "-Infinity"
  const parts =
    read(cursor, ['string', 'string', 'string', ...kinds]) ??
    (order === 'rating' ? read(cursor, ['string', 'string', 'string', ...unrated]) : undefined);
  const [made, mode, pit, ...values] = parts ?? decodeCursor(cursor, ['string', 'string', 'string', ...kinds]);
  if (made !== order) throw invalidField('cursor', 'cursor', `is of a list in another order: ${order} was asked for`);
  const known = strictness.find((one) => one === mode);
  if (known === undefined || (order === 'rating' && typeof values[0] === 'string' && values[0] !== '-Infinity'))
    throw invalidField('cursor', 'cursor', 'is not one that a list gave');
  return { from: 'search', place: { mode: known, values, ...(pit === '' ? {} : { pit: String(pit) }) } };
}

function read(cursor: string, types: readonly CursorPart[]): (string | number)[] | undefined {
  try {
    return decodeCursor(cursor, types);
  } catch {
    return undefined; // of another form
  }
}
