import { changeLine, readCart } from '../cart.js';
import { h, money } from '../dom.js';
import { couponBox } from './coupon.js';
import { goesWithCart } from './recommendations.js';

/** What is in the cart, and what it comes to. */
export async function cartPage({ go }) {
  const cart = await readCart();
  if (cart === undefined || cart.lines.length === 0)
    return [h('h1', {}, 'Your cart is empty'), h('p', {}, h('a', { href: '/' }, 'Look around'))];
  const sums = h('div');
  const code = couponBox(cart, (now) => sums.replaceChildren(goodsTotals(now)));
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
    code,
    sums,
    error,
    h('p', {}, h('a', { href: '/checkout', class: 'primary button' }, 'Check out')),
    goesWithCart(cart.lines),
  ];
}

/** What an order comes to, with the code that takes something off. Without shipping, tax and total where these are not known yet. */
export function totals({ items, discount, shipping, tax, total }, coupon) {
  return sumsOf(
    { items, discount, coupon },
    row('Shipping', amount(shipping)),
    row('Tax', amount(tax)),
    row(h('strong', {}, 'Total'), h('strong', {}, amount(total))),
  );
}

/** What the goods in a cart come to: nobody knows yet where they go. */
function goodsTotals({ totals: { items, discount, total }, coupon }) {
  return sumsOf({ items, discount, coupon }, row(h('strong', {}, 'Before shipping and tax'), h('strong', {}, money(total))));
}

function sumsOf({ items, discount, coupon }, ...rows) {
  return h(
    'dl',
    { class: 'totals' },
    row('Items', money(items)),
    discount.amount > 0 ? row(coupon === undefined ? 'Discount' : `Discount (${coupon})`, `− ${money(discount)}`) : null,
    rows,
  );
}

function row(name, value) {
  return [h('dt', {}, name), h('dd', {}, value)];
}

function amount(known) {
  return known === undefined ? [h('span', { 'aria-hidden': 'true' }, '—'), h('span', { class: 'hidden' }, 'not known yet')] : money(known);
}
