import { api, exchange } from '../../api.js';
import { disclosure, field, form, h, labelled, select, tick } from '../../dom.js';
import { attributeFields } from './attribute-fields.js';
import { pictureFields } from './picture-fields.js';
import { statuses } from './products.js';
import { forStaff } from './staff.js';
import { variantFields } from './variant-fields.js';

const empty = {
  ...{ title: '', slug: '', description: '', brand: '', category: '', sellerId: 'cartwright', tags: [], pictures: [] },
  ...{ attributes: {}, status: 'draft', publishAt: null, currency: 'USD', variants: [] },
};

/** A product as staff enters it. What somebody else has changed meanwhile is not written over: the API is told what was read. */
export const staffProductPage = forStaff(async ({ id, go, mayChange }) => {
  const isNew = id === 'new';
  const [{ items: categories }, read] = await Promise.all([
    api('GET', '/api/catalog/categories'),
    isNew ? { answer: empty, etag: null } : exchange('GET', `/api/catalog/products/${encodeURIComponent(id)}`),
  ]);
  const { answer: product, etag } = read;
  const category = select({ name: 'category', 'data-at': '/category', required: true }, categoryChoices(categories), product.category);
  const attributes = attributeFields(product.attributes);
  await attributes.showFor(category.value);
  category.addEventListener('change', () => void attributes.showFor(category.value));
  const variants = variantFields(product);
  const pictures = pictureFields(product.pictures);
  const status = statusFields(product);

  const edit = form(
    { class: 'edit', 'aria-label': 'Product' },
    async (values) => {
      const body = {
        title: values.title,
        ...(values.slug.trim() === '' ? {} : { slug: values.slug.trim() }),
        description: values.description,
        brand: values.brand.trim(),
        category: values.category,
        sellerId: values.sellerId.trim(),
        tags: values.tags
          .split(',')
          .map((tag) => tag.trim())
          .filter((tag) => tag !== ''),
        attributes: attributes.read(),
        variants: variants.read(),
        images: pictures.read(),
        ...status.read(),
      };
      const type = 'application/json';
      const saved = isNew
        ? await exchange('POST', '/api/catalog/products', { body: JSON.stringify(body), type })
        : await exchange('PATCH', `/api/catalog/products/${product.id}`, {
            body: JSON.stringify(body),
            type,
            headers: { 'if-match': etag },
          });
      await go(`/staff/products/${saved.answer.id}?saved`, { replace: !isNew });
    },
    field('Title', { name: 'title', at: '/title', value: product.title, required: true, maxlength: 300 }),
    field('Address in the shop (made of the title when empty)', {
      ...{ name: 'slug', at: '/slug', value: product.slug, maxlength: 120, pattern: '[a-z0-9]+(?:-[a-z0-9]+)*' },
      title: 'Small letters and digits, with single hyphens between',
    }),
    labelled(
      'Description',
      h('textarea', { name: 'description', 'data-at': '/description', rows: 5, maxlength: 10000 }, product.description),
    ),
    h(
      'div',
      { class: 'row' },
      labelled('Category', category),
      field('Brand', { name: 'brand', at: '/brand', value: product.brand, maxlength: 100 }),
      field('Seller', { name: 'sellerId', at: '/sellerId', value: product.sellerId, required: true, maxlength: 100 }),
      field('Tags, with commas between', { name: 'tags', at: '/tags', value: product.tags.join(', ') }),
    ),
    status.element,
    variants.element,
    attributes.element,
    pictures.element,
    mayChange ? h('button', { type: 'submit', class: 'primary' }, isNew ? 'Add the product' : 'Save') : null,
  );
  if (!mayChange) for (const control of edit.elements) control.disabled = true;
  return [
    h('h1', {}, isNew ? 'New product' : product.title),
    new URLSearchParams(location.search).has('saved') ? h('p', { class: 'notice', role: 'status' }, 'Saved.') : null,
    isNew || product.status !== 'published' ? null : h('p', {}, h('a', { href: `/products/${product.slug}` }, 'See it in the shop')),
    edit,
    isNew || !mayChange ? null : removal(product, etag, go),
  ];
});

function categoryChoices(categories) {
  return [['', 'choose one'], ...categories.map(({ slug, name, parent }) => [slug, parent === null ? name : `${name} (${parent})`])];
}

/** Published, draft, or published at a time; the time is that of the browser. */
function statusFields({ status, publishAt }) {
  const chosen = select({ name: 'status', 'data-at': '/status' }, Object.entries(statuses), status);
  const at = h('input', {
    name: 'publishAt',
    'data-at': '/publishAt',
    type: 'datetime-local',
    value: publishAt === null ? '' : localTime(publishAt),
  });
  const when = labelled('When', at);
  const show = () => {
    when.hidden = chosen.value !== 'scheduled';
    at.required = chosen.value === 'scheduled';
  };
  chosen.addEventListener('change', show);
  show();
  return {
    element: h('div', { class: 'row' }, labelled('Status', chosen), when),
    read: () => ({ status: chosen.value, ...(chosen.value === 'scheduled' ? { publishAt: new Date(at.value).toISOString() } : {}) }),
  };
}

function localTime(text) {
  const time = new Date(text);
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function removal({ id, title }, etag, go) {
  return disclosure(
    'Remove the product',
    form(
      { 'aria-label': 'Remove the product' },
      async () => {
        await exchange('DELETE', `/api/catalog/products/${id}`, { headers: { 'if-match': etag } });
        await go('/staff/products');
      },
      h('p', {}, `${title} is gone then, with its reviews. A draft only hides it.`),
      tick('I mean it', { required: true }),
      h('button', { type: 'submit', class: 'primary' }, 'Remove it'),
    ),
  );
}
