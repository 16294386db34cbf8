import { api } from '../api.js';
import { addToCart } from '../cart.js';
import { form, h, money, picture, stars } from '../dom.js';
import { reviewsOf } from './reviews.js';

/** A product: its variants, its attributes, what others say. */
export async function productPage({ id, go }) {
  const product = await api('GET', `/api/catalog/products/${encodeURIComponent(id)}`);
  const reviews = await reviewsOf(product);
  const first = product.variants.find(({ available }) => available > 0) ?? product.variants[0];
  const price = h('p', { class: 'price big', 'aria-live': 'polite' });
  const stock = h('p', { class: 'quiet', 'aria-live': 'polite' });
  const select = (sku) => {
    const variant = product.variants.find((one) => one.sku === sku);
    price.textContent = money(variant.price);
    stock.textContent =
      variant.available === 0
        ? 'Sold out'
        : variant.available === null
          ? ''
          : variant.available < 6
            ? `Only ${variant.available} left`
            : 'In stock';
  };
  const choice =
    product.variants.length === 1
      ? h('input', { type: 'hidden', name: 'sku', value: first.sku })
      : h(
          'label',
          {},
          h('span', {}, Object.keys(first.options).join(', ') || 'Variant'),
          h(
            'select',
            { name: 'sku', onchange: (event) => select(event.target.value) },
            product.variants.map(({ sku, options, title, available }) =>
              h(
                'option',
                { value: sku, selected: sku === first.sku },
                `${Object.values(options).join(', ') || title}${available === 0 ? ' (sold out)' : ''}`,
              ),
            ),
          ),
        );
  select(first.sku);

  const buy = form(
    { class: 'buy' },
    async ({ sku, quantity }) => {
      await addToCart(sku, Number(quantity));
      await go('/cart');
    },
    choice,
    h('label', {}, h('span', {}, 'Quantity'), h('input', { name: 'quantity', type: 'number', min: 1, max: 999, value: 1, required: true })),
    h('button', { type: 'submit', class: 'primary' }, 'Add to cart'),
  );

  return h(
    'article',
    { class: 'product' },
    h('div', { class: 'shown' }, picture(product)),
    h(
      'div',
      {},
      h('p', { class: 'quiet' }, product.brand),
      h('h1', {}, product.title),
      stars(product.rating, product.reviewCount),
      price,
      stock,
      buy,
      h('p', { class: 'text' }, product.description),
      Object.keys(product.attributes).length === 0
        ? null
        : h(
            'dl',
            {},
            Object.entries(product.attributes).flatMap(([name, value]) => [
              h('dt', {}, name),
              h('dd', {}, value === true ? 'yes' : String(value)),
            ]),
          ),
      reviews,
    ),
  );
}
