import { Type } from 'typebox';
import { Uuid } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { SearchFilters, SearchWords, exampleSearch } from './search-shapes.ts';
import { closed } from './shapes.ts';

export const SearchPerformed = defineEvent({
  type: 'SearchPerformed',
  topic: 'searches',
  aggregate: 'search',
  summary: 'Somebody looked for something, and products were found; who it was is not said',
  data: closed({
    searchId: Uuid,
    words: SearchWords,
    filters: SearchFilters,
    found: Type.Integer({ minimum: 1, description: 'Products' }),
    degraded: Type.Boolean({ description: 'Postgres answered, for the search engine was away' }),
  }),
  example: { ...exampleSearch, found: 12, degraded: false },
});
export type SearchPerformed = EventOf<typeof SearchPerformed>;
