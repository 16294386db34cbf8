import { api, exchange } from '../../api.js';
import { disclosure, field, form, h, labelled, select } from '../../dom.js';
import { pagedTable } from './paged-table.js';
import { schemaForm } from './schema-form.js';
import { forStaff } from './staff.js';

/** The tree of categories; of the chosen one its name and place, what its products' attributes have to meet, and which do not. */
export const staffCategoriesPage = forStaff(async ({ query, go, mayChange }) => {
  const { items } = await api('GET', '/api/catalog/categories');
  const chosen = items.find(({ slug }) => slug === query.get('category'));
  return [
    h('h1', {}, 'Categories'),
    h(
      'div',
      { class: 'two' },
      h('section', { 'aria-label': 'Tree' }, tree(items, null), mayChange ? addForm(items, go) : null),
      await shown(chosen, items, go, mayChange),
    ),
  ];
});

function tree(items, parent) {
  const here = items.filter((category) => category.parent === parent);
  if (here.length === 0) return null;
  return h(
    'ul',
    { class: 'tree' },
    here.map(({ slug, name, products }) =>
      h(
        'li',
        {},
        h('a', { href: `/staff/categories?category=${encodeURIComponent(slug)}` }, name),
        h('small', {}, ` ${products}`),
        tree(items, slug),
      ),
    ),
  );
}

const pathTo = (slug) => `/staff/categories?category=${encodeURIComponent(slug)}`;
const placeChoice = (items, parent, but) =>
  labelled(
    'Below',
    select(
      { name: 'parent', 'data-at': '/parent' },
      [['', 'nothing: at the top'], ...items.filter(({ slug }) => slug !== but).map(({ slug, name }) => [slug, name])],
      parent ?? '',
    ),
  );

function addressField(value = '') {
  return field('Address', {
    name: 'slug',
    at: '/slug',
    value,
    required: true,
    maxlength: 120,
    pattern: '[a-z0-9]+(?:-[a-z0-9]+)*',
    title: 'Small letters and digits, with hyphens',
  });
}

function addForm(items, go) {
  return disclosure(
    'Add a category',
    form(
      { 'aria-label': 'Add a category' },
      async ({ name, slug, parent }) => {
        await api('POST', '/api/catalog/categories', { slug: slug.trim(), name: name.trim(), parent: parent === '' ? null : parent });
        await go(pathTo(slug.trim()));
      },
      field('Name', { name: 'name', at: '/name', required: true, maxlength: 100 }),
      addressField(),
      placeChoice(items, null),
      h('button', { type: 'submit', class: 'primary' }, 'Add'),
    ),
  );
}

async function shown(category, items, go, mayChange) {
  if (category === undefined) return h('p', { class: 'quiet' }, 'Choose a category.');
  const { slug, name, parent } = category;
  const path = `/api/catalog/categories/${encodeURIComponent(slug)}`;
  const { answer: schema, etag } = await exchange('GET', `${path}/schema`);
  const again = () => go(pathTo(slug), { replace: true });
  const misfits = await pagedTable({
    heads: ['Product', 'What does not fit'],
    none: 'All products fit.',
    page: (cursor) => api('GET', `${path}/misfits?limit=20${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`),
    row: ({ id, title, errors }) => [
      h('a', { href: `/staff/products/${id}` }, title),
      errors.map((error) => `${error.field.replace('/attributes/', '')} ${error.message}`).join('; '),
    ],
  });
  return h(
    'section',
    { 'aria-label': name },
    h('h2', {}, name),
    mayChange
      ? form(
          { 'aria-label': 'Name and place' },
          async (values) => {
            await api('POST', '/api/catalog/categories', {
              slug,
              name: values.name.trim(),
              parent: values.parent === '' ? null : values.parent,
            });
            await again();
          },
          field('Name', { name: 'name', at: '/name', value: name, required: true, maxlength: 100 }),
          placeChoice(items, parent, slug),
          h('button', { type: 'submit' }, 'Keep it so'),
        )
      : null,
    mayChange
      ? disclosure(
          'Change the address',
          form(
            { 'aria-label': 'Change the address' },
            async (values) => {
              const renamed = await api('PATCH', path, { slug: values.slug.trim() });
              await go(pathTo(renamed.slug), { replace: true });
            },
            h('p', {}, 'Its products follow, and the old address leads to the new one.'),
            addressField(slug),
            h('button', { type: 'submit', class: 'primary' }, 'Change it'),
          ),
        )
      : null,
    mayChange
      ? disclosure(
          'Remove the category',
          form(
            { 'aria-label': 'Remove the category' },
            async () => {
              await api('DELETE', path);
              await go('/staff/categories');
            },
            h('p', {}, 'Only one that no product and no other category is in.'),
            h('button', { type: 'submit', class: 'primary' }, 'Remove it'),
          ),
        )
      : null,
    h('h2', {}, 'Attributes of its products'),
    schema.inherited.length === 0
      ? null
      : h('p', { class: 'quiet' }, `From above: ${schema.inherited.flatMap((one) => Object.keys(one.schema.properties)).join(', ')}`),
    schemaForm({ path: `${path}/schema`, own: schema.own, etag, mayChange, done: again }),
    h('h2', {}, 'Products that do not fit'),
    misfits,
  );
}
