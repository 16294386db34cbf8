import { SearchFoundNothing } from '@cartwright/kernel/events/search-found-nothing';
import { SearchPerformed } from '@cartwright/kernel/events/search-performed';
import type { NewEvent } from '@cartwright/kernel/events/event';
import type { SearchRequest } from './search-query.ts';

/** What of the words may be kept: people paste addresses and numbers of all kinds into any field. At most 200 characters. */
export function publicWords(q: string): string {
  return q
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '' && !word.includes('@') && !/\d[\d\-./()+]{4,}/.test(word))
    .join(' ')
    .replaceAll(/(?:\d{2,}[ ]){2,}\d+/g, '') // a number in groups
    .trim()
    .slice(0, 200)
    .toWellFormed();
}

/** The event of a search: what was looked for, and how much was found. */
export function searchEvent(searchId: string, request: SearchRequest, { total, degraded }: { total: number; degraded: boolean }): NewEvent {
  const { category, brand, minPrice, maxPrice, minRating, inStock } = request;
  const filters = Object.entries({ category, brand, minPrice, maxPrice, minRating, inStock })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name);
  const data = { searchId, words: publicWords(request.q ?? ''), filters, degraded };
  const parts = { aggregateId: searchId, aggregateVersion: 1 };
  return total === 0
    ? SearchFoundNothing.create({ ...parts, data })
    : SearchPerformed.create({ ...parts, data: { ...data, found: total } });
}
