import { Type } from 'typebox';
import { Uuid } from '../schemas.ts';
import { defineEvent } from './event.ts';
import type { EventOf } from './event.ts';
import { exampleSearch } from './search-shapes.ts';
import { closed } from './shapes.ts';

export const SearchResultClicked = defineEvent({
  type: 'SearchResultClicked',
  topic: 'searches',
  aggregate: 'search_click',
  summary: 'Somebody opened a product that a search had found',
  data: closed({
    searchId: Uuid,
    productId: Uuid,
    position: Type.Integer({ minimum: 1, maximum: 10_000, description: 'In the list, from 1' }),
  }),
  example: { searchId: exampleSearch.searchId, productId: '0193a6f0-0000-7000-8000-00000000000c', position: 1 },
});
export type SearchResultClicked = EventOf<typeof SearchResultClicked>;
