import { api } from '../../api.js';
import { form, h, money, select } from '../../dom.js';
import { pagedTable } from './paged-table.js';
import { forStaff } from './staff.js';

export const statuses = { published: 'published', draft: 'draft', scheduled: 'scheduled' };
const filters = ['q', 'status', 'category'];

/** All products, drafts too; by words, status and category. */
export const staffProductsPage = forStaff(async ({ query, go, mayChange }) => {
  const { items: categories } = await api('GET', '/api/catalog/categories');
  const asked = wordsOf(Object.fromEntries(query));
  const find = form(
    { class: 'filters', role: 'search', 'aria-label': 'Products' },
    (values) => {
      const words = new URLSearchParams(wordsOf(values));
      return go(`/staff/products${words.size === 0 ? '' : `?${words}`}`);
    },
    h('label', {}, h('span', {}, 'Words'), h('input', { name: 'q', type: 'search', value: asked.q, maxlength: 200, autocomplete: 'off' })),
    h('label', {}, h('span', {}, 'Status'), select({ name: 'status' }, [['', 'all'], ...Object.entries(statuses)], asked.status)),
    h(
      'label',
      {},
      h('span', {}, 'Category'),
      select({ name: 'category' }, [['', 'all'], ...categories.map(({ slug, name }) => [slug, name])], asked.category),
    ),
    h('button', { type: 'submit' }, 'Find'),
  );
  const table = await pagedTable({
    heads: ['Product', 'Brand', 'Category', 'Price', 'Status'],
    none: 'No product is like that.',
    page: (cursor) =>
      api('GET', `/api/catalog/products?${new URLSearchParams({ limit: '25', status: 'all', ...asked, ...(cursor ? { cursor } : {}) })}`),
    row: ({ id, title, brand, category, price, status }) => [
      h('a', { href: `/staff/products/${id}` }, title),
      brand,
      category,
      money(price),
      h('span', { class: `state ${status}` }, statuses[status]),
    ],
  });
  return [
    h(
      'div',
      { class: 'head' },
      h('h1', {}, 'Products'),
      mayChange ? h('a', { class: 'button', href: '/staff/products/new' }, 'New product') : null,
    ),
    find,
    table,
  ];
});

function wordsOf(values) {
  const entries = filters.map((name) => [name, (values[name] ?? '').trim()]);
  return Object.fromEntries(entries.filter(([, value]) => value !== ''));
}
