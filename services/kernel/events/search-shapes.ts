import { Type } from 'typebox';

export const SearchWords = Type.String({
  maxLength: 200,
  description: 'In small letters, without what may tell who somebody is; empty where only filters were used',
});
export const SearchFilters = Type.Array(Type.String({ minLength: 1, maxLength: 50 }), {
  maxItems: 20,
  description: 'Names of the filters that were set',
});
export const exampleSearch = { searchId: '0193a6f0-0000-7000-8000-00000000000b', words: 'walnut lamp', filters: ['category', 'maxPrice'] };
