import { addressFrom } from '../address-words.js';
import { api, newKey, session } from '../api.js';
import { forgetCart, readCart } from '../cart.js';
import { clearErrorAt, field, form, h, markErrors, money } from '../dom.js';
import { checkoutLines } from './checkout-lines.js';
import { questionOf, quoting } from './checkout-quote.js';
import { addressFieldsWithBook } from './kept-addresses.js';

/** Cards of the sandbox: no money moves, and each shows one way that a payment can go. */
const cards = {
  tok_ok: 'A card that works',
  tok_3ds: 'A card that asks the customer (3-D Secure)',
  tok_slow: 'A bank that takes two seconds',
  tok_declined: 'A card that is declined',
  tok_insufficient_funds: 'A card without enough money',
};

/** Ways of sending. */
const names = { standard: 'Standard', express: 'Express' };

export async function checkoutPage({ query, go }) {
  const cart = await readCart();
  if (cart === undefined || cart.lines.length === 0)
    return [h('h1', {}, 'Your cart is empty'), h('p', {}, h('a', { href: '/' }, 'Look around'))];
  const { contact = {}, shippingMethod: method = 'standard' } = await before(query.get('from'));
  const { email = session()?.user.email, shippingAddress: to = { name: session()?.user.name } } = contact;
  const address = await addressFieldsWithBook(to);
  const goods = checkoutLines(cart, { go, changed: () => consider({ again: true }) });
  const ways = Object.fromEntries(Object.entries(names).map(([way, name]) => [way, h('span', {}, name)]));
  const button = h('button', { type: 'submit', class: 'primary' }, 'Place the order');
  const quotes = quoting({
    ask: (question) => api('POST', `/api/carts/${cart.id}/quote`, question),
    show(state) {
      const { is, quote, error } = state;
      const marked = is === 'failed' && markErrors(page, error.problem?.errors ?? []);
      goods.priced({ ...state, words: marked ? 'Look at what is marked.' : error?.message });
      button.disabled = is === 'asking';
      if (is === 'known') for (const { method: way, price } of quote.shippingMethods) ways[way]?.replaceChildren(wayWords(way, price));
    },
  });
  // One key for what is asked: pressing the button again, or a network that breaks off, places no second order. Who corrects something asks anew, and is
  // told where the order was placed already.
  let asked = {};
  const place = async (values) => {
    const seen = await quotes.seen();
    const { email: mail, shippingMethod, token } = values;
    const body = {
      cartId: cart.id,
      email: mail,
      shippingMethod,
      payment: { provider: 'sandbox', token },
      shippingAddress: addressFrom(values),
      locale: navigator.language,
      // Somebody may add to the cart on another device: it shall not be ordered at a sum that was not shown.
      ...(seen === undefined ? {} : { expectedTotal: seen.totals.total.amount }),
    };
    const text = JSON.stringify(body);
    if (asked.text !== text) asked = { text, key: newKey() };
    const order = await api('POST', '/api/orders', body, { key: asked.key }).catch(async (error) => {
      if (error.status === 409 && error.problem.code !== 'cart_already_ordered') await goods.refused(error.problem);
      throw error;
    });
    forgetCart();
    await go(`/orders/${order.id}`, { replace: true });
  };
  const radio = (name, value, label, checked) =>
    h('label', { class: 'choice' }, h('input', { type: 'radio', name, value, checked, required: true }), label);
  const page = form(
    { class: 'checkout' },
    place,
    h(
      'fieldset',
      {},
      h('legend', {}, 'Contact'),
      field('E-mail', { name: 'email', type: 'email', required: true, autocomplete: 'email', value: email }),
    ),
    h('fieldset', {}, h('legend', {}, 'Where to'), address),
    h(
      'fieldset',
      {},
      h('legend', {}, 'How'),
      Object.entries(ways).map(([way, label]) => radio('shippingMethod', way, label, way === method)),
    ),
    h(
      'fieldset',
      {},
      h('legend', {}, 'Pay with'),
      h('p', { class: 'quiet' }, 'This is the sandbox: choose how the payment shall go.'),
      Object.entries(cards).map(([token, label]) => radio('token', token, h('span', {}, label), token === 'tok_ok')),
    ),
    goods.element,
    button,
  );
  /** Has the price asked for where something of what it depends on has changed. */
  function consider(how) {
    quotes.about(questionOf(Object.fromEntries(new FormData(page)), page.elements.region.required), how);
  }
  const changed = ({ target }) => {
    clearErrorAt(target);
    consider();
  };
  // What is typed counts at once; only once its change has been told does a country have its regions here.
  page.addEventListener('input', changed);
  page.addEventListener('change', changed);
  consider();
  return [h('h1', {}, 'Check out'), page];
}

function wayWords(way, { amount, currency }) {
  return `${names[way]} · ${amount === 0 ? 'free' : money({ amount, currency })}`;
}

/** What was filled in for an order that came to nothing, so that nobody types it twice; nothing where it is not to be seen any more. */
async function before(orderId) {
  if (orderId === null) return {};
  try {
    return await api('GET', `/api/orders/${encodeURIComponent(orderId)}`);
  } catch (error) {
    if (![400, 403, 404].includes(error.status)) throw error;
    return {};
  }
}
