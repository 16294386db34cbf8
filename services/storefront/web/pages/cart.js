import { changeLine, readCart } from '../cart.js';
import { h, money } from '../dom.js';
import { goesWithCart } from './recommendations.js';

/** What is in the cart, and what it comes to. */
export async function cartPage({ go }) {
  const cart = await readCart();
  if (cart === undefined || cart.lines.length === 0)
    return [h('h1', {}, 'Your cart is empty'), h('p', {}, h('a', { href: '/' }, 'Look around'))];
  const error = h('p', { role: 'alert', class: 'error' });
  const change = async (sku, quantity) => {
    try {
      await changeLine(sku, quantity);
      await go('/cart');
    } catch (problem) {
      error.textContent = problem.message;
    }
  };
  return [
    h('h1', {}, 'Your cart'),
    h(
      'table',
      { class: 'lines' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, 'Product'),
          h('th', { scope: 'col' }, 'Quantity'),
          h('th', { scope: 'col' }, 'Price'),
          h('th', {}, h('span', { class: 'hidden' }, 'Remove')),
        ),
      ),
      h(
        'tbody',
        {},
        cart.lines.map(({ sku, title, quantity, unitPrice, total }) =>
          h(
            'tr',
            {},
            h('td', {}, h('strong', {}, title), h('br'), h('small', { class: 'quiet' }, `${sku} · ${money(unitPrice)} each`)),
            h(
              'td',
              {},
              h('input', {
                type: 'number',
                min: 1,
                max: 999,
                value: quantity,
                'aria-label': `Quantity of ${title}`,
                onchange: (event) => void change(sku, Number(event.target.value)),
              }),
            ),
            h('td', {}, money(total)),
            h(
              'td',
              {},
              h(
                'button',
                { type: 'button', class: 'plain', 'aria-label': `Remove ${title}`, onclick: () => void change(sku, 0) },
                'Remove',
              ),
            ),
          ),
        ),
      ),
    ),
    totals(cart.totals),
    error,
    h('p', {}, h('a', { href: '/checkout', class: 'primary button' }, 'Check out')),
    goesWithCart(cart.lines),
  ];
}

export function totals({ items, discount, shipping, tax, total }) {
  const row = (name, value) => [h('dt', {}, name), h('dd', {}, money(value))];
  return h(
    'dl',
    { class: 'totals' },
    row('Items', items),
    discount.amount > 0 ? [h('dt', {}, 'Discount'), h('dd', {}, `− ${money(discount)}`)] : null,
    row('Shipping', shipping),
    row('Tax', tax),
    h('dt', {}, h('strong', {}, 'Total')),
    h('dd', {}, h('strong', {}, money(total))),
  );
}
