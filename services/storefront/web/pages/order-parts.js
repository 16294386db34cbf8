// What customers and staff see of an order alike.
import { h, money } from '../dom.js';
import { progressOf, reasonWords, refundWords, returnWords } from '../order-words.js';
import { totals } from './cart.js';

const marks = { done: '✓', now: '●', todo: '○', ended: '✕' };
const told = { done: 'done', now: 'here it stands', todo: 'still to come', ended: 'here it ended' };

/** The order's way as a picture. */
export function progress(order, history) {
  return h(
    'ol',
    { class: 'way', 'aria-label': 'How far the order is' },
    progressOf(order, history).map(({ label, state }) =>
      h(
        'li',
        { class: state, 'aria-current': state === 'now' ? 'step' : null },
        h('span', { class: 'mark', 'aria-hidden': 'true' }, marks[state]),
        h('span', {}, label),
        h('span', { class: 'hidden' }, `, ${told[state]}`),
      ),
    ),
  );
}

/** The order's lines, each with a note where there is one for its SKU. */
export function orderLines(lines, notes = new Map()) {
  return h(
    'ul',
    { class: 'plain goods' },
    lines.map(({ sku, title, quantity, total }) =>
      h(
        'li',
        {},
        h('span', {}, `${quantity} × ${title}`),
        h('span', {}, money(total)),
        notes.has(sku) ? h('small', { class: 'warning' }, notes.get(sku)) : null,
      ),
    ),
  );
}

export function orderTotals({ totals: sums, coupon, refunded }) {
  const back = refunded.amount === 0 ? null : h('p', { class: 'back' }, `Given back: ${money(refunded)}`);
  return [totals(sums, coupon), back];
}

/** What of the order is in it, in words. */
export function goodsOf(order, lines) {
  return lines.map(({ sku, quantity }) => `${quantity} × ${titleOf(order, sku)}`).join(', ');
}

export function titleOf({ lines }, sku) {
  return lines.find((line) => line.sku === sku)?.title ?? sku;
}

/** Parcels, with what they can be followed by; `more` adds to each. */
export function shipments(order, more = () => null) {
  if (order.shipments.length === 0) return [];
  return [
    h('h2', {}, order.shipments.length === 1 ? 'Parcel' : 'Parcels'),
    h(
      'ul',
      { class: 'plain' },
      order.shipments.map((shipment, index) => {
        const { lines, carrier, trackingNumber, delivered } = shipment;
        return h(
          'li',
          {},
          h('strong', {}, `${index + 1}. ${delivered ? 'Delivered' : 'On its way'}`),
          h('div', {}, goodsOf(order, lines)),
          carrier === undefined && trackingNumber === undefined
            ? null
            : h(
                'div',
                { class: 'quiet' },
                [carrier ?? '', trackingNumber === undefined ? '' : 'Tracking number '].filter(Boolean).join(' · '),
                trackingNumber === undefined ? '' : h('code', {}, trackingNumber),
              ),
          more(shipment, index),
        );
      }),
    ),
  ];
}

/** What will not be sent any more of an order that was shipped in part. */
export function cancellations(order) {
  if (order.cancellations.length === 0) return [];
  return [
    h('h2', {}, 'Not sent'),
    h(
      'ul',
      { class: 'plain' },
      order.cancellations.map(({ lines, reason }) =>
        h(
          'li',
          { 'data-cancellation': '' },
          h('strong', {}, goodsOf(order, lines)),
          reasonWords(reason) === '' ? null : h('div', { class: 'quiet' }, reasonWords(reason)),
        ),
      ),
    ),
  ];
}

export function refunds(order) {
  if (order.refunds.length === 0) return [];
  return [
    h('h2', {}, 'Money back'),
    h(
      'ul',
      { class: 'plain' },
      order.refunds.map(({ amount, reason, status }) =>
        h(
          'li',
          { 'data-refund': status },
          h('strong', {}, money(amount)),
          ` ${refundWords[status]}`,
          reasonWords(reason) === '' ? null : h('div', { class: 'quiet' }, reasonWords(reason)),
        ),
      ),
    ),
  ];
}

export function returns(order, more = () => null) {
  if (order.returns.length === 0) return [];
  return [
    h('h2', {}, 'Sent back'),
    h(
      'ul',
      { class: 'plain' },
      order.returns.map((one, index) =>
        h(
          'li',
          { 'data-return': one.status },
          h('strong', {}, goodsOf(order, one.lines)),
          ` · ${returnWords[one.status]}`,
          h('div', { class: 'quiet' }, one.reason),
          more(one, index),
        ),
      ),
    ),
  ];
}
