import { changeLine, readCart, setCoupon } from '../cart.js';
import { couponRefusalAt, couponRefusalWords } from '../coupon-words.js';
import { h, money } from '../dom.js';
import { totals } from './cart.js';

/**
 * What is about to be ordered, and what it comes to once that is known. Where the shop answers that prices or stock have changed, each line that is
 * concerned says so, with its new values and what can be done about it. `changed` is called when the cart is another one than before.
 */
export function checkoutLines(cart, { go, changed }) {
  const place = h('div');
  const said = h('p', { role: 'status' });
  const element = h('fieldset', { class: 'ordered', tabindex: -1 }, h('legend', {}, 'What you order'), place, said);
  let shown = cart;
  /** What the order was refused for. */
  let refusedFor = [];
  let price = { is: 'unknown' };

  function draw() {
    const { lines, totals: sums, coupon } = price.is === 'known' ? price.quote : shown;
    const refusal = couponRefusalAt(shown, price);
    const notes = new Map([...refusedFor, ...changesIn(price)].map((change) => [change.sku, change]));
    place.replaceChildren(
      h(
        'ul',
        { class: 'plain goods' },
        lines.map((line) =>
          h(
            'li',
            { class: notes.has(line.sku) ? 'changed' : null, 'data-sku': line.sku },
            h('span', {}, `${line.quantity} × ${line.title}`),
            h('span', {}, money(line.total)),
            notes.has(line.sku) ? note(line, notes.get(line.sku)) : null,
          ),
        ),
      ),
      totals(price.is === 'known' ? sums : { items: sums.items, discount: sums.discount }, coupon),
      ...(refusal === undefined ? [] : [codeWarning(refusal)]),
    );
    said.className = price.is === 'failed' ? 'failed' : 'quiet';
    said.textContent = wordsFor(price);
  }

  async function read() {
    const now = await readCart();
    if (now === undefined || now.lines.length === 0) return go('/cart', { replace: true });
    shown = now;
    return changed();
  }

  /** What has changed of a line, and the way out where ordering again would not do. */
  function note({ sku, title, quantity }, { was, now, available }) {
    if (now !== undefined && now !== null) {
      return h('small', { class: 'warning' }, `It costs ${money(now)} each now${was === null ? '' : `, and was ${money(was)}`}.`);
    }
    const left = available ?? 0;
    const words = now === null ? 'It is not for sale any more.' : left === 0 ? 'It is sold out.' : `Only ${left} left.`;
    const label = left === 0 ? 'Take it out' : `Take ${left} instead of ${quantity}`;
    const out = way(label, title, async () => {
      await changeLine(sku, left);
      refusedFor = refusedFor.filter((change) => change.sku !== sku);
    });
    return h('small', { class: 'warning' }, words, ' ', out);
  }

  /** Why the code takes nothing off. The order would be refused with it. */
  function codeWarning(refusal) {
    const out = way('Go on without it', shown.coupon, () => setCoupon(null));
    return h('p', { class: 'warning' }, couponRefusalWords(shown.coupon, refusal), ' ', out);
  }

  function way(label, about, work) {
    const button = h('button', { type: 'button', class: 'plain', 'aria-label': `${label}: ${about}` }, label);
    button.addEventListener('click', async () => {
      button.disabled = true;
      try {
        await work();
        await read();
        if (document.activeElement === document.body) element.focus(); // the button has gone
      } catch (error) {
        button.after(h('span', { class: 'error', role: 'alert' }, ` ${error.message}`));
        button.disabled = false;
      }
    });
    return button;
  }

  draw();
  return {
    element,
    /** Shows what a refusal of the order says of its lines. */
    async refused({ changes = [] }) {
      refusedFor = changes;
      await read();
    },
    /** Shows what the order will cost, as far as that is known; `words`: why it is not, where it could not be told. */
    priced(state) {
      price = state;
      draw();
    },
  };
}

function changesIn({ quote, error }) {
  return quote?.changes ?? error?.problem?.changes ?? [];
}

function wordsFor({ is, quote, words, error }) {
  switch (is) {
    case 'unknown':
      return 'Shipping and tax are calculated when the address is known.';
    case 'asking':
      return 'Calculating …';
    case 'known':
      return `You will pay ${money(quote.totals.total)}.`;
    default:
      return error.problem?.code === 'coupon_not_valid' ? 'Look at your code.' : words;
  }
}
