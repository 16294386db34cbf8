import { h, money, picture, stars } from '../dom.js';

/** A product in a list. `note` stands below it, `opened` runs when somebody opens it. */
export function card(product, { note, opened } = {}) {
  return h(
    'li',
    {},
    h(
      'a',
      { href: `/products/${product.slug}`, onclick: opened },
      picture(product),
      h('span', { class: 'name' }, marked(product.highlight?.title) ?? product.title),
      h('span', { class: 'quiet' }, product.brand),
      h('span', { class: 'price' }, product.variants.length > 1 ? 'from ' : '', money(product.price)),
      stars(product.rating, product.reviewCount),
      note ? h('span', { class: 'because' }, note) : null,
      product.inStock || product.variants.every(({ available }) => available === null) ? null : h('span', { class: 'badge' }, 'Sold out'),
    ),
  );
}

/** A text in which the search has marked words, as elements: of its HTML nothing but text and marks is taken. */
export function marked(html) {
  if (html === undefined) return undefined;
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  return [...body.childNodes].map((node) => (node.nodeName === 'MARK' ? h('mark', {}, node.textContent) : node.textContent));
}
