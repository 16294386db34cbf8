// What staff does with an order.
import { api, newKey } from '../../api.js';
import { FieldError, disclosure, field, form, h, minorUnits, money, tick } from '../../dom.js';
import { afterwards, unitFields, unitsOf } from '../order-forms.js';

const why = { name: 'reason', required: true, maxlength: 200, pattern: '.*\\S.*' };
const filled = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));

/** Sends once, however often it is tried; the next that succeeds is another. */
function sender(path, done) {
  let key = newKey();
  return async (body) => {
    await afterwards(done, api('POST', path, body, { key }));
    key = newKey();
  };
}

export function shipForm(path, { order, left }, done) {
  const send = sender(`${path}/ship`, done);
  return disclosure(
    'Ship',
    form(
      { 'aria-label': 'Ship' },
      ({ carrier, trackingNumber }, element) =>
        send({ lines: unitsOf(element, left), ...filled({ carrier: carrier.trim(), trackingNumber: trackingNumber.trim() }) }),
      unitFields(order, left, { label: 'of', all: true }),
      h(
        'div',
        { class: 'row' },
        field('Carrier', { name: 'carrier', maxlength: 100, autocomplete: 'off' }),
        field('Tracking number', { name: 'trackingNumber', maxlength: 100, autocomplete: 'off' }),
      ),
      h('button', { type: 'submit', class: 'primary' }, 'It has left the house'),
    ),
  );
}

/** One shipment has arrived. */
export function deliverForm(path, { id }, index, done) {
  const send = sender(`${path}/deliver`, done);
  return form(
    { 'aria-label': `Parcel ${index + 1}` },
    () => send({ shipmentId: id }),
    h('button', { type: 'submit' }, `Parcel ${index + 1} was delivered`),
  );
}

/** @param most minor units that can still be given back */
export function refundForm(path, { most, currency }, done) {
  const send = sender(`${path}/refund`, done);
  const all = money({ amount: most, currency });
  const work = async ({ amount, reason }) => {
    const units = amount.trim() === '' ? undefined : minorUnits(amount, currency);
    if (amount.trim() !== '' && units === undefined)
      throw new FieldError('/amount/amount', `Write an amount of ${currency}, such as 12.50`);
    try {
      await send({ ...(units === undefined ? {} : { amount: { amount: units, currency } }), reason: reason.trim() });
    } catch (error) {
      const { refundable } = error.problem ?? {};
      if (refundable === undefined) throw error;
      throw new FieldError('/amount/amount', `${error.message}: ${money(refundable)} can be given back`);
    }
  };
  return disclosure(
    'Give money back',
    form(
      { 'aria-label': 'Give money back' },
      work,
      field(`Amount in ${currency} (empty: all that is left, ${all})`, {
        name: 'amount',
        at: '/amount/amount',
        inputmode: 'decimal',
        autocomplete: 'off',
      }),
      field('Why (the customer reads it)', why),
      h('button', { type: 'submit', class: 'primary' }, 'Give it back'),
    ),
  );
}

/** The provider is asked once more for what it has refused. */
export function retryForm({ orderId }, done) {
  return form(
    { 'aria-label': 'Try the payment again' },
    () => afterwards(done, api('POST', `/api/payments/orders/${encodeURIComponent(orderId)}/retry`)),
    h('button', { type: 'submit' }, 'Try again'),
  );
}

export function receiveForm(path, { id }, index, done) {
  const send = sender(`${path}/returns/${encodeURIComponent(id)}/receive`, done);
  return disclosure(
    'It has arrived',
    form(
      { 'aria-label': `Return ${index + 1} has arrived` },
      ({ restock, refund }) => send({ restock: restock === 'on', refund: refund === 'on' }),
      tick('It can be sold again', { name: 'restock', checked: true }),
      tick('Give its price back', { name: 'refund', checked: true }),
      h('button', { type: 'submit', class: 'primary' }, 'Receive it'),
    ),
  );
}

export function rejectForm(path, { id }, index, done) {
  const send = sender(`${path}/returns/${encodeURIComponent(id)}/reject`, done);
  return disclosure(
    'Do not take it back',
    form(
      { 'aria-label': `Reject return ${index + 1}` },
      ({ reason }) => send({ reason: reason.trim() }),
      field('Why (the customer reads it)', why),
      h('button', { type: 'submit', class: 'primary' }, 'Reject it'),
    ),
  );
}
