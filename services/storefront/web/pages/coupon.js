import { setCoupon } from '../cart.js';
import { couponRefusalWords } from '../coupon-words.js';
import { FieldError, disclosure, field, form, h, money } from '../dom.js';

/** Where a code is put in and taken off again. `changed` is told the cart as it is then. */
export function couponBox(cart, changed) {
  const place = h('div');
  const said = h('p', { role: 'status', class: 'quiet' });
  const box = h('section', { class: 'coupon', 'aria-label': 'Code', tabindex: -1 }, place, said);

  function show(now, words = '') {
    place.replaceChildren(now.coupon === undefined ? codeForm(apply) : codeInUse(now, remove));
    said.textContent = words;
    changed(now);
  }

  /** A code that takes nothing off is not kept: the cart could not be ordered with it. */
  async function apply({ code }) {
    said.textContent = '';
    const now = await setCoupon(code);
    const { coupon, couponRefusal, totals } = now;
    if (couponRefusal !== undefined) {
      changed(await setCoupon(null));
      throw new FieldError('code', couponRefusalWords(coupon, couponRefusal));
    }
    show(now, `${coupon} takes ${money(totals.discount)} off.`);
    box.focus(); // the field has gone, and Enter that is held down shall not remove the code again
  }

  async function remove() {
    show(await setCoupon(null), 'The code is taken off.');
    place.querySelector('summary').focus();
  }

  show(cart);
  return box;
}

function codeForm(apply) {
  return disclosure(
    'Have a code?',
    form(
      { 'aria-label': 'Use a code' },
      apply,
      field('Your code', {
        name: 'code',
        required: true,
        maxlength: 50,
        autocomplete: 'off',
        autocapitalize: 'characters',
        spellcheck: 'false',
      }),
      h('button', { type: 'submit' }, 'Apply'),
    ),
  );
}

function codeInUse({ coupon, couponRefusal }, remove) {
  return form(
    { 'aria-label': 'Your code' },
    remove,
    h('p', {}, 'Your code: ', h('strong', {}, coupon)),
    h('button', { type: 'submit', class: 'plain', 'aria-label': `Remove the code ${coupon}` }, 'Remove'),
    couponRefusal === undefined ? null : h('p', { class: 'warning' }, couponRefusalWords(coupon, couponRefusal)),
  );
}
