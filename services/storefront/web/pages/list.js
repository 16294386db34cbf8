import { api } from '../api.js';
import { h } from '../dom.js';
import { cameFrom, noteClick } from '../visit.js';
import { card } from './card.js';
import { facets, linkWith } from './facets.js';

const sorts = { relevance: 'Best first', price: 'Cheapest first', '-price': 'Dearest first', rating: 'Best rated', newest: 'Newest' };

/** What there is, or what was searched for, with facets that say what a choice would leave. */
export async function listPage({ query, go }) {
  document.querySelector('#q').value = query.get('q') ?? '';
  const [found, { items: categories }] = await Promise.all([
    api('GET', `/api/catalog/search?limit=24&${query}`),
    api('GET', '/api/catalog/categories'),
  ]);
  // Under a slug that the category had before the list is shown at the address of the present one.
  const moved = categories.find(({ formerSlugs }) => formerSlugs.includes(query.get('category')));
  if (moved !== undefined) {
    query.set('category', moved.slug);
    history.replaceState(null, '', linkWith(query, {}));
  }
  const names = new Map(categories.map(({ slug, name }) => [slug, name]));
  const list = h('ul', { class: 'products' });
  const add = (items) => {
    const before = list.children.length;
    const opened = (product, position) => () => {
      cameFrom('search');
      if (query.get('q')) noteClick(found.searchId, product.id, position);
    };
    list.append(...items.map((product, index) => card(product, { opened: opened(product, before + index + 1) })));
  };
  add(found.items);
  const error = h('p', { class: 'error', role: 'alert' });
  const more = h('button', { type: 'button', class: 'more' }, 'Show more');
  let cursor = found.nextCursor;
  more.hidden = cursor === null;
  more.addEventListener('click', async () => {
    more.disabled = true;
    error.textContent = '';
    try {
      const next = await api('GET', `/api/catalog/search?limit=24&${query}&cursor=${encodeURIComponent(cursor)}`);
      add(next.items);
      cursor = next.nextCursor;
      more.hidden = cursor === null;
    } catch (problem) {
      error.textContent = problem.message;
    } finally {
      more.disabled = false;
    }
  });

  const sort = h(
    'select',
    { id: 'sort', onchange: (event) => void go(linkWith(query, { sort: event.target.value })) },
    Object.entries(sorts).map(([value, text]) => h('option', { value, selected: (query.get('sort') ?? 'relevance') === value }, text)),
  );
  const title = query.get('q') ? `“${query.get('q')}”` : (names.get(query.get('category')) ?? 'All products');
  return h(
    'div',
    { class: 'browse' },
    facets(found, query, names, go),
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
      found.degraded
        ? h('p', { class: 'notice' }, 'The search is away for a moment. Until it is back, words have to be spelt as they are.')
        : null,
      found.didYouMean
        ? h('p', { class: 'notice' }, 'Did you mean ', h('a', { href: linkWith(query, { q: found.didYouMean }) }, found.didYouMean), '?')
        : null,
      found.items.length === 0 ? h('p', {}, 'Nothing found. Try fewer words or other filters.') : list,
      error,
      more,
    ),
  );
}
