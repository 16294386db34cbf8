import { FieldError, form, h, minorUnits } from '../dom.js';

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
const filters = ['category', 'brand', 'minPrice', 'maxPrice', 'minRating', 'inStock'];

/** The address of the same search with other words or filters. */
export function linkWith(query, changes) {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === null) next.delete(name);
    else next.set(name, value);
  }
  return `/search?${next}`;
}

/** What the products can be narrowed to; each count says what choosing it would leave under the other filters. */
export function facets(found, query, names, go) {
  const link = (changes) => linkWith(query, changes);
  const active = filters.some((name) => query.has(name));
  const choice = (chosen, href, label, count) =>
    h('li', {}, h('a', { href, 'aria-current': chosen ? 'true' : null }, label, h('small', {}, ` ${count}`)));
  const section = (title, items, more = null) =>
    items.length === 0 && more === null ? null : h('section', {}, h('h2', {}, title), h('ul', {}, items), more);
  const simple = (title, name, values, label = (value) => value) =>
    section(
      title,
      values.map(({ value, count }) => {
        const chosen = query.get(name) === value;
        return choice(chosen, link({ [name]: chosen ? null : value }), label(value), count);
      }),
    );
  const prices = found.facets.price.map(({ value, count }) => {
    const [minPrice, maxPrice] = priceBounds[value];
    const chosen =
      query.get('minPrice') === String(minPrice) && query.get('maxPrice') === (maxPrice === undefined ? null : String(maxPrice));
    return choice(chosen, link(chosen ? { minPrice: null, maxPrice: null } : { minPrice, maxPrice }), priceNames[value], count);
  });
  const inStock = found.facets.inStock.filter(({ value }) => value === 'true');
  return h(
    'aside',
    { 'aria-label': 'Filters' },
    h(
      'details',
      { open: window.innerWidth > 800 },
      h('summary', {}, 'Filters'),
      active
        ? h('p', {}, h('a', { href: linkWith(query, Object.fromEntries(filters.map((name) => [name, null]))) }, 'Clear all filters'))
        : null,
      simple('Category', 'category', found.facets.category, (slug) => names.get(slug) ?? slug),
      section('Price', prices, priceForm(query, link, go)),
      simple('Brand', 'brand', found.facets.brand),
      simple('Rating', 'minRating', found.facets.rating, (value) => `${value} stars and more`),
      simple('Stock', 'inStock', inStock, () => 'In stock'),
    ),
  );
}

function priceForm(query, link, go) {
  const shown = (name) => (query.has(name) ? String(Number(query.get(name)) / 100) : '');
  const bound = (label, name) =>
    h(
      'label',
      {},
      h('span', {}, label),
      h('input', { name, inputmode: 'decimal', size: 6, maxlength: 12, value: shown(name), autocomplete: 'off' }),
    );
  return form(
    { class: 'bounds', 'aria-label': 'Price from and to' },
    (values) => {
      const [minPrice, maxPrice] = ['minPrice', 'maxPrice'].map((name) => {
        if (values[name].trim() === '') return undefined;
        const amount = minorUnits(values[name], 'USD');
        if (amount === undefined) throw new FieldError(name, 'Write a price, such as 12.50.');
        return amount;
      });
      if (minPrice !== undefined && maxPrice !== undefined && minPrice > maxPrice) throw new Error('The first price is above the second.');
      return go(link({ minPrice, maxPrice }));
    },
    bound('From $', 'minPrice'),
    bound('to $', 'maxPrice'),
    h('button', { type: 'submit' }, 'Show'),
  );
}
