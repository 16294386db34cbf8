import { api } from '../api.js';
import { adoptCart } from '../cart.js';
import { h, money } from '../dom.js';
import { totals } from './cart.js';

const words = {
  placed: 'We have your order and look whether everything is there.',
  reserved: 'Everything is set aside for you. Now the payment.',
  authorized: 'The payment is good.',
  confirmed: 'Confirmed. You get an e-mail with everything in it.',
  rejected: 'Something in your cart has run out, so nothing was ordered and nothing was charged.',
  payment_failed: 'The payment was refused, so nothing was ordered.',
  cancelled: 'This order was cancelled.',
};
const final = ['confirmed', 'rejected', 'payment_failed', 'cancelled'];
const way = ['placed', 'reserved', 'authorized', 'confirmed'];
const everyMs = 400;

/** An order, followed until it is settled. */
export async function orderPage({ id, signal, go }) {
  const place = h('div', {});
  const path = `/api/orders/${encodeURIComponent(id)}`;
  const read = async () => {
    const order = await api('GET', path);
    place.replaceChildren(...view(order, id, go, follow));
    return order;
  };
  const follow = async () => {
    for (let order = await read(); !final.includes(order.status) && !signal.aborted; order = await read())
      await new Promise((done) => setTimeout(done, everyMs));
  };
  const order = await read();
  if (!final.includes(order.status)) void follow().catch(() => undefined);
  return place;
}

function view(order, id, go, follow) {
  const reached = way.indexOf(order.status);
  return [
    h('h1', {}, `Order ${order.number}`),
    h('p', { role: 'status', class: `state ${order.status}`, 'data-status': order.status }, words[order.status] ?? order.status),
    reached < 0
      ? null
      : h(
          'ol',
          { class: 'way' },
          way.map((step, index) =>
            h('li', { class: index <= reached ? 'done' : null, 'aria-current': index === reached ? 'step' : null }, step),
          ),
        ),
    order.payment.nextAction && order.status === 'reserved' ? confirmCard(id, follow) : null,
    order.retryCartId
      ? h(
          'p',
          {},
          h(
            'button',
            {
              type: 'button',
              class: 'primary',
              onclick: () => {
                adoptCart(order.retryCartId);
                void go('/checkout');
              },
            },
            order.status === 'rejected' ? 'See what is left of your cart' : 'Try another card',
          ),
        )
      : null,
    h(
      'ul',
      { class: 'plain' },
      order.lines.map(({ title, quantity, total }) =>
        h('li', {}, `${quantity} × ${title}`, ' ', h('span', { class: 'quiet' }, money(total))),
      ),
    ),
    totals(order.totals),
    h('p', {}, h('a', { href: '/' }, 'Back to the shop')),
  ].filter(Boolean);
}

function confirmCard(id, follow) {
  const answer = async (outcome) => {
    await api('POST', `/api/payments/sandbox/${encodeURIComponent(id)}/complete`, { outcome });
    await follow();
  };
  return h(
    'section',
    { class: 'notice' },
    h('h2', {}, 'Your bank asks'),
    h('p', {}, 'Do you want to pay this?'),
    h('button', { type: 'button', class: 'primary', onclick: () => void answer('approve') }, 'Yes, pay'),
    ' ',
    h('button', { type: 'button', onclick: () => void answer('decline') }, 'No'),
  );
}
