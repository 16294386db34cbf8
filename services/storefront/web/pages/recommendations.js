import { api } from '../api.js';
import { h } from '../dom.js';
import { cameFrom } from '../visit.js';
import { card } from './card.js';

/** A row of products with a heading, filled when its answer comes: nobody waits for it, and without it the page is as good. */
function row(title, asked) {
  const section = h('section', { class: 'row-of-products', hidden: true });
  asked.then(
    ({ items }) => {
      if (items.length === 0) return;
      const opened = () => cameFrom('recommendation');
      const cards = items.map((product) => card(product, { note: product.reason?.text, opened }));
      section.replaceChildren(h('h2', {}, title), h('ul', { class: 'products' }, cards));
      section.hidden = false;
    },
    () => section.remove(),
  );
  return section;
}

export function goesWith(product) {
  return row('Goes with it', api('GET', `/api/catalog/products/${product.id}/recommendations?limit=6`));
}

export function likeIt(product) {
  return row('Like it', api('GET', `/api/catalog/products/${product.id}/related?limit=6`));
}

export function goesWithCart(lines) {
  const skus = lines.slice(0, 100).map(({ sku }) => sku);
  return row('Goes with what you have', api('GET', `/api/catalog/recommendations?limit=6&skus=${encodeURIComponent(skus.join(','))}`));
}
