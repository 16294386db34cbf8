import { api } from '../../api.js';
import { h, live, money, pause, time } from '../../dom.js';
import { cancellable, refundable, shippable } from '../../order-words.js';
import { addressOf } from '../order.js';
import { cancelForm } from '../order-forms.js';
import { cancellations, orderTotals, progress, refunds, returns, shipments } from '../order-parts.js';

import { deliverForm, receiveForm, refundForm, rejectForm, retryForm, shipForm } from './order-forms.js';
import { fulfilments, payments, statuses } from './orders.js';
import { forStaff } from './staff.js';

const everyMs = 3000;
const stuckWords = {
  void_stuck: 'The payment provider does not let go the money that it holds.',
  refund_stuck: 'The payment provider does not give the money back.',
};

/** One order with everything that happened to it, and what can be done with it now. */
export const staffOrderPage = forStaff(async ({ id, signal, mayChange }) => {
  const path = `/api/orders/${encodeURIComponent(id)}`;
  const read = async () => {
    const [order, { items }, payment] = await Promise.all([api('GET', path), api('GET', `${path}/events`), paymentOf(id)]);
    return { order, events: items, payment, stale: false };
  };
  let seen = await read();
  const look = async () => {
    try {
      seen = await read();
    } catch (error) {
      seen = { ...seen, stale: error.message };
    }
    page.show(seen);
  };
  const page = live(parts(path, mayChange, look));
  page.show(seen);
  void follow();
  return page.element;

  async function follow() {
    while (!signal.aborted) {
      await pause(everyMs, signal);
      if (!signal.aborted && !document.hidden) await look();
    }
  }
});

/** The order's payment; null while payments has none, or does not answer: the order is shown all the same. */
async function paymentOf(id) {
  try {
    return await api('GET', `/api/payments/orders/${encodeURIComponent(id)}`);
  } catch (error) {
    if (error.status === 404 || error.status === 0 || error.status >= 500) return null;
    throw error;
  }
}

function parts(path, mayChange, look) {
  const only = (view) => (data) => (mayChange ? view(data) : null);
  return [
    {
      of: ({ order: { id, number } }) => ({ id, number }),
      view: ({ id, number }) => [
        h('h1', {}, `Order ${number}`),
        h('p', {}, h('a', { href: `/staff/messages?orderId=${id}` }, 'Messages about it')),
      ],
    },
    {
      attributes: { role: 'status' },
      of: ({ order: { status, fulfilment, paymentStatus } }) => ({ status, fulfilment, paymentStatus }),
      view: ({ status, fulfilment, paymentStatus }) =>
        h(
          'p',
          { class: `state ${status}`, 'data-status': status, 'data-fulfilment': fulfilment, 'data-payment': paymentStatus },
          [statuses[status] ?? status, ...(status === 'confirmed' ? [fulfilments[fulfilment]] : []), payments[paymentStatus]].join(' · '),
        ),
    },
    {
      attributes: { role: 'alert' },
      of: ({ stale }) => stale,
      view: (stale) => (stale ? h('p', { class: 'error' }, `This may be out of date. ${stale}`) : null),
    },
    {
      of: ({ order: { status, fulfilment }, events }) => ({ status, fulfilment, history: events.map(({ type }) => type) }),
      view: ({ history, ...order }) => progress(order, history),
    },
    {
      of: ({ order }) => ({ order: { lines: order.lines }, left: shippable(order) }),
      view: only((wanted) => (wanted.left.length === 0 ? null : shipForm(path, wanted, look))),
    },
    {
      of: ({ payment }) =>
        stuckWords[payment?.state] === undefined ? null : { orderId: payment.orderId, state: payment.state, reason: payment.reason },
      view: (payment) => (payment === null ? null : stuck(payment, mayChange ? retryForm(payment, look) : null)),
    },
    {
      of: ({ order }) => ({ most: refundable(order), currency: order.currency }),
      view: only((left) => (left.most === 0 ? null : refundForm(path, left, look))),
    },
    { of: ({ order }) => cancellable(order), view: (what) => (what === 'nothing' ? null : cancelForm(path, what, look)) },
    {
      of: ({ order: { lines, shipments: all } }) => ({ lines, shipments: all }),
      view: (order) => shipments(order, (one, index) => (mayChange && !one.delivered ? deliverForm(path, one, index, look) : null)),
    },
    { of: ({ order: { lines, cancellations: all } }) => ({ lines, cancellations: all }), view: cancellations },
    {
      of: ({ order: { lines, returns: all } }) => ({ lines, returns: all }),
      view: (order) =>
        returns(order, (one, index) =>
          mayChange && one.status === 'requested' ? [receiveForm(path, one, index, look), rejectForm(path, one, index, look)] : null,
        ),
    },
    { of: ({ order: { refunds: all } }) => ({ refunds: all }), view: refunds },
    {
      of: ({ order: { lines, totals, coupon, refunded, shippingMethod } }) => ({ lines, totals, coupon, refunded, shippingMethod }),
      view: (order) => [
        h('h2', {}, 'Lines'),
        lines(order),
        h('p', { class: 'quiet' }, `Shipping: ${order.shippingMethod}`),
        orderTotals(order),
      ],
    },
    {
      of: ({ order: { contact } }) => contact ?? null,
      view: (contact) => (contact === null ? h('p', { class: 'quiet' }, 'Whom it was for has been erased.') : addressOf(contact)),
    },
    { of: ({ events }) => events, view: (events) => [h('h2', {}, 'What happened'), trail(events)] },
  ];
}

function stuck({ state, reason }, more) {
  return h(
    'section',
    { class: 'error', 'data-stuck': state },
    h('p', {}, `${stuckWords[state]} Its reason: ${reason ?? 'none'}. Settle it there, or try again.`),
    more,
  );
}

function lines({ lines: all }) {
  return h(
    'ul',
    { class: 'plain goods' },
    all.map(({ sku, title, quantity, unitPrice, total }) =>
      h(
        'li',
        {},
        h('span', {}, `${quantity} × ${title}`),
        h('span', {}, money(total)),
        h('small', {}, h('a', { href: `/staff/stock?sku=${encodeURIComponent(sku)}` }, sku), ` · ${money(unitPrice)} each`),
      ),
    ),
  );
}

/** The audit trail: all events of the order, the newest first. */
function trail(events) {
  return h(
    'ol',
    { class: 'trail', reversed: true },
    [...events]
      .reverse()
      .map(({ version, type, data, cause, at }) =>
        h(
          'li',
          { value: version, 'data-event': type },
          h('strong', {}, type),
          data?.reason === undefined ? null : ` ${data.reason}`,
          h('span', { class: 'quiet' }, ' ', time(at), ` · ${cause}`),
          Object.keys(data ?? {}).length === 0 || type === 'OrderPlaced'
            ? null
            : h('details', {}, h('summary', {}, 'Data'), h('pre', {}, JSON.stringify(data, null, 2))),
        ),
      ),
  );
}
