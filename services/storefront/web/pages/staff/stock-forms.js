// How staff puts stock right.
import { api, newKey } from '../../api.js';
import { FieldError, disclosure, field, form, h } from '../../dom.js';
import { afterwards } from '../order-forms.js';

const reason = { name: 'reason', required: true, maxlength: 500, pattern: '.*\\S.*' };
/** What the stock itself refuses is about the number. */
const aboutTheNumber = ['stock_held', 'stock_insufficient', 'stock_moved', 'stock_owed', 'too_much_stock'];

/** Sends, shows the stock as it is then, and puts a refusal of the stock at the field that asked for it. */
async function send(place, look, sent) {
  try {
    await afterwards(look, sent);
  } catch (error) {
    if (!aboutTheNumber.includes(error.problem?.code)) throw error;
    throw new FieldError(place, error.message);
  }
}

export function adjustForm(path, look) {
  let key = newKey();
  return disclosure(
    'Add or take away',
    form(
      { 'aria-label': 'Add or take away' },
      async (values, element) => {
        const body = { delta: Number(values.delta), reason: values.reason.trim() };
        await send('/delta', look, api('POST', `${path}/adjustments`, body, { key }));
        key = newKey();
        element.reset();
      },
      field('How many (−3 takes three away)', { name: 'delta', type: 'number', step: 1, required: true }),
      field('Why', reason),
      h('button', { type: 'submit', class: 'primary' }, 'Adjust'),
    ),
  );
}

/** @param expected tells how many there are by the page that was counted with; undefined where there never were any */
export function countForm(path, expected, look) {
  return disclosure(
    'Take stock',
    form(
      { 'aria-label': 'Take stock' },
      async (values, element) => {
        const before = expected();
        const body = { onHand: Number(values.onHand), ...(before === undefined ? {} : { expected: before }), reason: values.reason.trim() };
        await send('/onHand', look, api('PUT', path, body));
        element.reset();
      },
      h('p', { class: 'quiet' }, 'Where something was sold while you counted, you are told, and count again.'),
      field('Counted', { name: 'onHand', type: 'number', min: 0, step: 1, required: true }),
      field('Why', { ...reason, value: 'stock take' }),
      h('button', { type: 'submit', class: 'primary' }, 'Set what is on hand'),
    ),
  );
}

export function settingsForm(path, { backorder, lowStockBelow }, look) {
  return disclosure(
    'Backorders and low stock',
    form(
      { 'aria-label': 'Backorders and low stock' },
      (values) => {
        const body = {
          backorder: Number(values.backorder),
          lowStockBelow: values.lowStockBelow === '' ? null : Number(values.lowStockBelow),
          reason: values.reason.trim(),
        };
        return send('/backorder', look, api('PATCH', `${path}/settings`, body));
      },
      field('How many more than there are may be sold', {
        name: 'backorder',
        type: 'number',
        min: 0,
        step: 1,
        required: true,
        value: backorder,
      }),
      field('Tell staff when fewer are free (empty: as usual, 0: never)', {
        name: 'lowStockBelow',
        type: 'number',
        min: 0,
        step: 1,
        value: lowStockBelow,
      }),
      field('Why', { ...reason, value: 'settings' }),
      h('button', { type: 'submit', class: 'primary' }, 'Keep it so'),
    ),
  );
}
