import { changeLine, readCart } from '../cart.js';
import { h, money } from '../dom.js';
import { totals } from './cart.js';

/**
 * What is about to be ordered. Where the shop answers that prices or stock have changed, each line that is concerned says so, with its new
 * values and what can be done about it.
 */
export function checkoutLines(cart, go) {
  const element = h('fieldset', { class: 'summary' });
  const fill = ({ lines, totals: sums }, changes = []) => {
    const changed = new Map(changes.map((change) => [change.sku, change]));
    element.replaceChildren(
      h('legend', {}, 'What you order'),
      h(
        'ul',
        { class: 'plain goods' },
        lines.map((line) =>
          h(
            'li',
            { class: changed.has(line.sku) ? 'changed' : null, 'data-sku': line.sku },
            h('span', {}, `${line.quantity} × ${line.title}`),
            h('span', {}, money(line.total)),
            changed.has(line.sku) ? note(line, changed.get(line.sku)) : null,
          ),
        ),
      ),
      totals(sums),
    );
  };
  const read = async (changes) => {
    const now = await readCart();
    if (now === undefined || now.lines.length === 0) await go('/cart', { replace: true });
    else fill(now, changes);
  };

  /** What has changed of a line, and the way out where ordering again would not do. */
  function note({ sku, title, quantity }, { was, now, available }) {
    if (now !== undefined && now !== null) {
      return h('small', { class: 'note' }, `It costs ${money(now)} each now${was === null ? '' : `, and was ${money(was)}`}.`);
    }
    const left = available ?? 0;
    const words = now === null ? 'It is not for sale any more.' : left === 0 ? 'It is sold out.' : `Only ${left} left.`;
    const label = left === 0 ? 'Take it out' : `Take ${left} instead of ${quantity}`;
    return h('small', { class: 'note' }, words, ' ', way(label, { sku, title, left }));
  }

  function way(label, { sku, title, left }) {
    const button = h('button', { type: 'button', class: 'plain', 'aria-label': `${label}: ${title}` }, label);
    button.addEventListener('click', async () => {
      button.disabled = true;
      try {
        await changeLine(sku, left);
        shown = shown.filter((change) => change.sku !== sku);
        await read(shown);
      } catch (error) {
        button.after(h('span', { class: 'error', role: 'alert' }, ` ${error.message}`));
        button.disabled = false;
      }
    });
    return button;
  }

  let shown = [];
  fill(cart);
  return {
    element,
    /** Shows what a refusal of the order says of its lines. */
    async show({ changes = [] }) {
      shown = changes;
      await read(changes);
    },
  };
}
