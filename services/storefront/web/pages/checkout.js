import { api, session } from '../api.js';
import { forgetCart, readCart } from '../cart.js';
import { field, form, h } from '../dom.js';
import { totals } from './cart.js';

/** Cards of the sandbox: no money moves, and each shows one way that a payment can go. */
const cards = {
  tok_ok: 'A card that works',
  tok_3ds: 'A card that asks the customer (3-D Secure)',
  tok_slow: 'A bank that takes two seconds',
  tok_declined: 'A card that is declined',
  tok_insufficient_funds: 'A card without enough money',
};

export async function checkoutPage({ go }) {
  const cart = await readCart();
  if (cart === undefined || cart.lines.length === 0)
    return [h('h1', {}, 'Your cart is empty'), h('p', {}, h('a', { href: '/' }, 'Look around'))];
  // One key a page: pressing the button again, or a network that breaks off, places no second order.
  const key = crypto.randomUUID();
  const place = async ({ email, shippingMethod, token, ...address }) => {
    const { line2, ...shippingAddress } = address;
    const order = await api(
      'POST',
      '/api/orders',
      {
        cartId: cart.id,
        email,
        shippingMethod,
        payment: { provider: 'sandbox', token },
        shippingAddress: line2 === '' ? shippingAddress : { ...shippingAddress, line2 },
      },
      { headers: { 'idempotency-key': key } },
    );
    forgetCart();
    await go(`/orders/${order.id}`);
  };
  const radio = (name, value, label, checked) =>
    h('label', { class: 'choice' }, h('input', { type: 'radio', name, value, checked, required: true }), h('span', {}, label));
  return [
    h('h1', {}, 'Check out'),
    form(
      { class: 'checkout' },
      place,
      h(
        'fieldset',
        {},
        h('legend', {}, 'Contact'),
        field('E-mail', { name: 'email', type: 'email', required: true, autocomplete: 'email', value: session()?.user.email }),
      ),
      h(
        'fieldset',
        {},
        h('legend', {}, 'Where to'),
        field('Name', { name: 'name', required: true, autocomplete: 'name', value: session()?.user.name }),
        field('Street and number', { name: 'line1', required: true, autocomplete: 'address-line1' }),
        field('More (optional)', { name: 'line2', autocomplete: 'address-line2' }),
        h(
          'div',
          { class: 'row' },
          field('Postal code', { name: 'postalCode', required: true, autocomplete: 'postal-code' }),
          field('City', { name: 'city', required: true, autocomplete: 'address-level2' }),
        ),
        h(
          'div',
          { class: 'row' },
          field('Region', { name: 'region', autocomplete: 'address-level1' }),
          field('Country (two letters)', {
            name: 'country',
            required: true,
            pattern: '[A-Z]{2}',
            maxlength: 2,
            value: 'US',
            autocomplete: 'country',
          }),
        ),
      ),
      h(
        'fieldset',
        {},
        h('legend', {}, 'How'),
        radio('shippingMethod', 'standard', 'Standard', true),
        radio('shippingMethod', 'express', 'Express', false),
      ),
      h(
        'fieldset',
        {},
        h('legend', {}, 'Pay with'),
        h('p', { class: 'quiet' }, 'This is the sandbox: choose how the payment shall go.'),
        Object.entries(cards).map(([token, label]) => radio('token', token, label, token === 'tok_ok')),
      ),
      totals(cart.totals),
      h('p', { class: 'quiet' }, 'Shipping and tax follow from what you choose; the order shows them.'),
      h('button', { type: 'submit', class: 'primary' }, 'Place the order'),
    ),
  ];
}
