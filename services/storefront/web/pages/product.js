import { api } from '../api.js';
import { addToCart } from '../cart.js';
import { form, h, picture, priceOf, stars } from '../dom.js';
import { noteView } from '../visit.js';
import { backInStock } from './back-in-stock.js';
import { goesWith, likeIt } from './recommendations.js';
import { reviewsOf } from './reviews.js';

/** A product: its variants, its attributes, what others say. */
export async function productPage({ id, go }) {
  const product = await api('GET', `/api/catalog/products/${encodeURIComponent(id)}`);
  noteView(product.id);
  const reviews = await reviewsOf(product);
  const first = product.variants.find(({ available }) => available > 0) ?? product.variants[0];
  // Under a slug that it had before it is shown at the address of the present one.
  if (id !== product.id && id !== product.slug) history.replaceState(null, '', `/products/${product.slug}`);
  const price = h('p', { class: 'price big', 'aria-live': 'polite' });
  const stock = h('p', { class: 'quiet', 'aria-live': 'polite' });
  const ask = backInStock();
  const order = [
    h('label', {}, h('span', {}, 'Quantity'), h('input', { name: 'quantity', type: 'number', min: 1, max: 999, value: 1, required: true })),
    h('button', { type: 'submit', class: 'primary' }, 'Add to cart'),
  ];
  const select = (sku) => {
    const variant = product.variants.find((one) => one.sku === sku);
    price.replaceChildren(...priceOf(variant));
    stock.textContent =
      variant.available === 0
        ? 'Sold out'
        : variant.available === null
          ? ''
          : variant.available < 6
            ? `Only ${variant.available} left`
            : 'In stock';
    for (const part of order) part.hidden = variant.available === 0;
    void ask.show(variant);
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
    order,
  );

  return h(
    'article',
    { class: 'product' },
    h('div', { class: 'shown' }, shownPictures(product)),
    h(
      'div',
      {},
      h('p', { class: 'quiet' }, product.brand),
      h('h1', {}, product.title),
      stars(product.rating, product.reviewCount),
      price,
      stock,
      buy,
      ask.element,
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
    goesWith(product),
    likeIt(product),
  );
}

/** All pictures of a product, with what they show. */
function shownPictures(product) {
  const { pictures } = product;
  if (pictures.length === 0) return picture(product);
  const sizes = '(max-width: 800px) 100vw, 50vw';
  return pictures.map(({ url, alt }, index) =>
    picture({ ...product, image: url }, { alt: alt || (index === 0 ? product.title : ''), sizes }),
  );
}
