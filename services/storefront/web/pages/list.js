import { api } from '../api.js';
import { h, money, picture, stars } from '../dom.js';

const priceNames = {
  'under-25': 'Under $25',
  '25-50': '$25 to $50',
  '50-100': '$50 to $100',
  '100-250': '$100 to $250',
  'over-250': 'Over $250',
};
const priceBounds = {
  'under-25': [0, 2500],
  '25-50': [2500, 5000],
  '50-100': [5000, 10000],
  '100-250': [10000, 25000],
  'over-250': [25000, undefined],
};
const sorts = { relevance: 'Best first', price: 'Cheapest first', '-price': 'Dearest first', rating: 'Best rated', newest: 'Newest' };

/** What there is, or what was searched for, with facets that say what a choice would leave. */
export async function listPage({ query, go }) {
  document.querySelector('#q').value = query.get('q') ?? '';
  const [found, { items: categories }] = await Promise.all([
    api('GET', `/api/catalog/search?limit=24&${query}`),
    api('GET', '/api/catalog/categories'),
  ]);
  const names = new Map(categories.map(({ slug, name }) => [slug, name]));
  const list = h('ul', { class: 'products' }, found.items.map(card));
  const more = h('button', { type: 'button', class: 'more' }, 'Show more');
  let cursor = found.nextCursor;
  more.hidden = cursor === null;
  more.addEventListener('click', async () => {
    const next = await api('GET', `/api/catalog/search?limit=24&${query}&cursor=${encodeURIComponent(cursor)}`);
    list.append(...next.items.map(card));
    cursor = next.nextCursor;
    more.hidden = cursor === null;
  });

  const link = (changes) => {
    const next = new URLSearchParams(query);
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined || value === null) next.delete(name);
      else next.set(name, value);
    }
    return `/search?${next}`;
  };
  const facet = (title, name, values, label = (value) => value) =>
    values.length === 0
      ? null
      : h(
          'section',
          {},
          h('h2', {}, title),
          h(
            'ul',
            {},
            values.map(({ value, count }) => {
              const chosen = query.get(name) === value;
              return h(
                'li',
                {},
                h(
                  'a',
                  { href: link({ [name]: chosen ? null : value }), 'aria-current': chosen ? 'true' : null },
                  label(value),
                  h('small', {}, ` ${count}`),
                ),
              );
            }),
          ),
        );
  const price =
    found.facets.price.length === 0
      ? null
      : h(
          'section',
          {},
          h('h2', {}, 'Price'),
          h(
            'ul',
            {},
            found.facets.price.map(({ value, count }) => {
              const [minPrice, maxPrice] = priceBounds[value];
              const chosen = query.get('minPrice') === String(minPrice);
              return h(
                'li',
                {},
                h(
                  'a',
                  {
                    href: link(chosen ? { minPrice: null, maxPrice: null } : { minPrice, maxPrice }),
                    'aria-current': chosen ? 'true' : null,
                  },
                  priceNames[value],
                  h('small', {}, ` ${count}`),
                ),
              );
            }),
          ),
        );

  const sort = h(
    'select',
    { id: 'sort', onchange: (event) => void go(link({ sort: event.target.value })) },
    Object.entries(sorts).map(([value, text]) => h('option', { value, selected: (query.get('sort') ?? 'relevance') === value }, text)),
  );
  const title = query.get('q') ? `“${query.get('q')}”` : (names.get(query.get('category')) ?? 'All products');
  const active = ['category', 'brand', 'minPrice', 'minRating', 'inStock'].some((name) => query.has(name));
  return h(
    'div',
    { class: 'browse' },
    h(
      'aside',
      { 'aria-label': 'Filters' },
      h(
        'details',
        { open: window.innerWidth > 800 },
        h('summary', {}, 'Filters'),
        active
          ? h('p', {}, h('a', { href: query.get('q') ? `/search?q=${encodeURIComponent(query.get('q'))}` : '/' }, 'Clear all filters'))
          : null,
        facet('Category', 'category', found.facets.category, (slug) => names.get(slug) ?? slug),
        price,
        facet('Brand', 'brand', found.facets.brand),
      ),
    ),
    h(
      'div',
      {},
      h(
        'div',
        { class: 'head' },
        h('h1', {}, title),
        h('p', { class: 'quiet', role: 'status' }, `${found.total} ${found.total === 1 ? 'product' : 'products'}`),
        h('label', { for: 'sort', class: 'hidden' }, 'Order'),
        sort,
      ),
      found.degraded ? h('p', { class: 'notice' }, 'The search rests for a moment. This is the catalogue without it.') : null,
      found.items.length === 0 ? h('p', {}, 'Nothing found. Try fewer words or other filters.') : list,
      more,
    ),
  );
}

function card(product) {
  return h(
    'li',
    {},
    h(
      'a',
      { href: `/products/${product.slug}` },
      picture(product),
      h('span', { class: 'name' }, product.title),
      h('span', { class: 'quiet' }, product.brand),
      h('span', { class: 'price' }, product.variants.length > 1 ? 'from ' : '', money(product.price)),
      stars(product.rating, product.reviewCount),
      product.inStock ? null : h('span', { class: 'badge' }, 'Sold out'),
    ),
  );
}
