// What a customer can do with an order.
import { api, newKey } from '../api.js';
import { adoptCart, changeLine } from '../cart.js';
import { FieldError, disclosure, field, form, h } from '../dom.js';
import { titleOf } from './order-parts.js';

/** Waits for what was sent, and shows how the order stands then: also where it was refused, for then something else has happened to it. */
export async function afterwards(done, sent) {
  try {
    await sent;
  } finally {
    await done();
  }
  if (document.activeElement === document.body) document.querySelector('#main').focus(); // the form has gone
}

const cancelWords = {
  all: { title: 'Cancel the order', text: 'Nothing will be sent, and what was paid goes back to you.' },
  rest: { title: 'Cancel the rest', text: 'What has not left our house will not be sent, and what was paid for it goes back to you.' },
};

/** Ends the order or its rest, once more asked. `done` shows how it stands then. */
export function cancelForm(path, what, done) {
  const key = newKey();
  const { title, text } = cancelWords[what];
  return disclosure(
    title,
    form(
      { 'aria-label': title },
      async ({ reason }) => {
        await afterwards(done, api('POST', `${path}/cancel`, reason.trim() === '' ? {} : { reason: reason.trim() }, { key }));
      },
      h('p', {}, text),
      field('Why (you need not say)', { name: 'reason', maxlength: 200 }),
      h('button', { type: 'submit', class: 'primary' }, 'Yes, cancel it'),
    ),
  );
}

/** One field a SKU for how many of it; `most` is what there is. Its number is asked for by `unitsOf`. */
export function unitFields(order, most, { label, all }) {
  return most.map(({ sku, quantity }) =>
    field(`${titleOf(order, sku)} (${label} ${quantity})`, {
      type: 'number',
      name: `units ${sku}`,
      min: 0,
      max: quantity,
      value: all ? quantity : 0,
      required: true,
    }),
  );
}

/** The units that the fields ask for. Each field learns where the API will find it, so that its errors come back to it. */
export function unitsOf(element, most) {
  const inputs = most.map(({ sku }) => element.elements.namedItem(`units ${sku}`));
  for (const input of inputs) delete input.dataset.at;
  const wanted = most.map(({ sku }, index) => ({ sku, input: inputs[index] })).filter(({ input }) => Number(input.value) > 0);
  wanted.forEach(({ input }, index) => {
    input.dataset.at = `/lines/${index}/quantity`;
  });
  if (wanted.length === 0) throw new FieldError(inputs[0].name, 'Say how many');
  return wanted.map(({ sku, input }) => ({ sku, quantity: Number(input.value) }));
}

/** Asks to send goods back. */
export function returnForm(path, { order, most }, done) {
  let key = newKey();
  return disclosure(
    'Send something back',
    form(
      { 'aria-label': 'Send something back' },
      async ({ reason }, element) => {
        await afterwards(done, api('POST', `${path}/returns`, { lines: unitsOf(element, most), reason: reason.trim() }, { key }));
        key = newKey();
      },
      h('p', {}, 'How many of each do you want to send back?'),
      unitFields(order, most, { label: 'at most', all: false }),
      field('Why', { name: 'reason', required: true, maxlength: 200, pattern: '.*\\S.*' }),
      h('button', { type: 'submit', class: 'primary' }, 'Ask to send it back'),
    ),
  );
}

/** Goes on after a payment that was refused, with the same lines and what was filled in before. */
export function tryAgain({ id, retryCartId }, go) {
  return h(
    'p',
    {},
    h(
      'button',
      {
        type: 'button',
        class: 'primary',
        onclick: () => {
          adoptCart(retryCartId);
          void go(`/checkout?from=${encodeURIComponent(id)}`);
        },
      },
      'Try another card',
    ),
  );
}

/** Goes on with what is there: lines that are short are made smaller, or taken out. */
export function goOnWithTheRest({ id, lines, retryCartId }, shortages, go) {
  const nothingLeft = lines.every(({ sku }) => shortages.some((one) => one.sku === sku && one.available === 0));
  if (nothingLeft) return null;
  const work = async () => {
    adoptCart(retryCartId);
    for (const { sku, available } of shortages) await changeLine(sku, available);
    await go(`/checkout?from=${encodeURIComponent(id)}`);
  };
  return form({ 'aria-label': 'Go on' }, work, h('button', { type: 'submit', class: 'primary' }, 'Go on with what is there'));
}

/** What the bank asks of the customer: in the sandbox here, else where the provider says. */
export function bankAsks({ type, url = '' }, done) {
  const heading = h('h2', {}, 'Your bank asks');
  if (url.startsWith('/api/payments/sandbox/')) {
    const answer = (outcome) => () => afterwards(done, api('POST', url, { outcome }));
    return h(
      'section',
      { class: 'notice' },
      heading,
      h('p', {}, 'Do you want to pay this?'),
      h(
        'div',
        { class: 'buttons' },
        form({}, answer('approve'), h('button', { type: 'submit', class: 'primary' }, 'Yes, pay')),
        form({}, answer('decline'), h('button', { type: 'submit' }, 'No')),
      ),
    );
  }
  return h(
    'section',
    { class: 'notice' },
    heading,
    url.startsWith('https://')
      ? h('p', {}, h('a', { href: url, class: 'primary button', rel: 'noreferrer' }, 'Confirm the payment at your bank'))
      : h('p', {}, `Confirm the payment in the app of your bank${type === '' ? '' : ` (${type})`}. This page goes on by itself.`),
  );
}
