type Json = Record<string, unknown>;

/** What of a product's entry says what it is like. */
export interface Likeness {
  readonly terms: { readonly title: string; readonly tags: readonly string[] };
  /** Its own category first, then those above it. */
  readonly categories: readonly string[];
  readonly brand: string;
  readonly price: number;
}

/**
 * What could stand in a product's place: of its category or with the words of its title or its tags; of the same brand and of a like price rather
 * than of another. The last word of a title mostly names the thing, so `Walnut Desk Lamp` is like other lamps rather than other things of walnut.
 */
export function relatedQuery(id: string, { terms, categories, brand, price }: Likeness): Json {
  const title = terms.title.split(' ').filter((word) => word !== '');
  const thing = title.at(-1);
  const [own, ...above] = categories;
  const match = (field: string, query: string, boost: number): Json => ({ match: { [field]: { query, boost } } });
  const kinds: Json[] = [
    ...(thing === undefined ? [] : [match('terms.title', thing, 3)]),
    ...(title.length < 2 ? [] : [match('terms.title', title.slice(0, -1).join(' '), 1)]),
    ...(terms.tags.length === 0 ? [] : [match('terms.tags', terms.tags.join(' '), 1.5)]),
    ...(own === undefined ? [] : [{ constant_score: { filter: { term: { categories: own } }, boost: 4 } }]),
  ];
  return {
    query: {
      function_score: {
        query: {
          bool: {
            must: [{ bool: { should: kinds, minimum_should_match: 1 } }],
            must_not: [{ ids: { values: [id] } }],
            should: [
              { constant_score: { filter: { range: { price: { gte: price / 2, lte: price * 2 } } }, boost: 1 } },
              { constant_score: { filter: { term: { 'brand.keyword': brand } }, boost: 0.5 } },
              ...(above.length === 0 ? [] : [{ constant_score: { filter: { terms: { categories: above } }, boost: 0.5 } }]),
            ],
          },
        },
        functions: [
          { filter: { term: { inStock: true } }, weight: 1.3 },
          { filter: { range: { rating: { gte: 4 } } }, weight: 1.05 },
        ],
        score_mode: 'multiply',
        boost_mode: 'multiply',
      },
    },
    sort: [{ _score: 'desc' }, { id: 'asc' }],
  };
}
