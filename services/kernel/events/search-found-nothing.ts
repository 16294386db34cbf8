import { Type } from 'typebox';
import { Uuid } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { SearchFilters, SearchWords, exampleSearch } from './search-shapes.ts';
import { closed } from './shapes.ts';

export const SearchFoundNothing = defineEvent({
  type: 'SearchFoundNothing',
  topic: 'searches',
  aggregate: 'search',
  summary: 'Somebody looked for what the shop does not have, or calls otherwise',
  data: closed({
    searchId: Uuid,
    words: SearchWords,
    filters: SearchFilters,
    degraded: Type.Boolean({ description: 'Postgres answered, for the search engine was away' }),
  }),
  example: { ...exampleSearch, words: 'unicycle', degraded: false },
});
export type SearchFoundNothing = EventOf<typeof SearchFoundNothing>;
