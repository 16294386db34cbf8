import { addressLines } from '../address-words.js';
import { api, open } from '../api.js';
import { h, live, pause } from '../dom.js';
import { cancellable, returnable, settled, stateOf } from '../order-words.js';
import { bankAsks, cancelForm, goOnWithTheRest, returnForm, tryAgain } from './order-forms.js';
import { cancellations, orderLines, orderTotals, progress, refunds, returns, shipments } from './order-parts.js';

const [soonMs, laterMs] = [400, 4000];

/** An order for its customer, followed as long as the page is open. */
export async function orderPage({ id, signal, go }) {
  const path = `/api/orders/${encodeURIComponent(id)}`;
  await useKey(path);
  const read = async () => {
    const order = await api('GET', path);
    // How far a cancelled order had come, and what was short of a rejected one, is in its history.
    const told = ['cancelled', 'rejected'].includes(order.status) ? (await api('GET', `${path}/events`)).items : [];
    const shortages = told.find(({ type }) => type === 'OrderRejected')?.data.shortages ?? [];
    return { order, history: told.map(({ type }) => type), shortages, stale: false };
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
  const page = live(parts(path, { go, look }));
  page.show(seen);
  void follow();
  return page.element;

  async function follow() {
    while (!signal.aborted) {
      await pause(settled.includes(seen.order.status) || seen.stale ? laterMs : soonMs, signal);
      if (!signal.aborted && !document.hidden) await look();
    }
  }
}

function parts(path, { go, look }) {
  return [
    { of: ({ order }) => order.number, view: (number) => h('h1', {}, `Order ${number}`) },
    {
      attributes: { role: 'status' },
      of: ({ order: { status, fulfilment, paymentStatus } }) => ({ status, fulfilment, paymentStatus }),
      view: (state) =>
        h('p', { class: `state ${state.status}`, 'data-status': state.status, 'data-fulfilment': state.fulfilment }, stateOf(state)),
    },
    {
      attributes: { role: 'alert' },
      of: ({ stale }) => stale,
      view: (stale) => (stale ? h('p', { class: 'error' }, `This may be out of date. ${stale}`) : null),
    },
    {
      of: ({ order: { status, fulfilment }, history }) => ({ status, fulfilment, history }),
      view: ({ history, ...order }) => progress(order, history),
    },
    {
      of: ({ order }) => (order.status === 'reserved' ? order.payment.nextAction : undefined),
      view: (nextAction) => (nextAction === undefined ? null : bankAsks(nextAction, look)),
    },
    {
      of: ({ order: { id, status, lines, retryCartId }, shortages }) => ({ id, status, lines, retryCartId, shortages }),
      view: ({ shortages, ...order }) =>
        order.retryCartId === undefined ? null : order.status === 'rejected' ? goOnWithTheRest(order, shortages, go) : tryAgain(order, go),
    },
    {
      of: ({ order: { lines, totals, coupon, refunded }, shortages }) => ({ lines, totals, coupon, refunded, shortages }),
      view: ({ shortages, ...order }) => [
        h('h2', {}, 'What you ordered'),
        orderLines(
          order.lines,
          new Map(shortages.map(({ sku, available }) => [sku, available === 0 ? 'Sold out' : `Only ${available} left`])),
        ),
        orderTotals(order),
      ],
    },
    { of: ({ order: { lines, shipments: all } }) => ({ lines, shipments: all }), view: (order) => shipments(order) },
    { of: ({ order: { lines, cancellations: all } }) => ({ lines, cancellations: all }), view: cancellations },
    { of: ({ order: { lines, returns: all } }) => ({ lines, returns: all }), view: (order) => returns(order) },
    { of: ({ order: { refunds: all } }) => ({ refunds: all }), view: refunds },
    {
      of: ({ order }) => ({ order: { lines: order.lines }, most: returnable(order) }),
      view: (wanted) => (wanted.most.length === 0 ? null : returnForm(path, wanted, look)),
    },
    { of: ({ order }) => cancellable(order), view: (what) => (what === 'nothing' ? null : cancelForm(path, what, look)) },
    { of: ({ order: { contact } }) => contact ?? null, view: (contact) => (contact === null ? null : addressOf(contact)) },
    { of: () => null, view: () => h('p', {}, h('a', { href: '/' }, 'Back to the shop')) },
  ];
}

/** Whom and where it goes to. */
export function addressOf({ email, shippingAddress }) {
  return [
    h('h2', {}, 'Where it goes'),
    h(
      'address',
      {},
      addressLines(shippingAddress).flatMap((line) => [line, h('br')]),
      h('span', { class: 'quiet' }, email),
    ),
  ];
}

/**
 * The link of a mail has the order's key behind `#`. It is exchanged for a cookie that scripts cannot read, and taken out of the address, so that
 * nobody hands it on with a copied link. A key that is none leaves things as they are: the order is then shown to whom it is shown anyway.
 */
async function useKey(path) {
  const key = location.hash.slice(1);
  if (!/^[\w-]{20,200}$/.test(key)) return;
  history.replaceState(null, '', location.pathname);
  await open('POST', `${path}/key`, undefined, { headers: { 'order-key': key } }).catch((error) => {
    if (error.status !== 404) throw error;
  });
}
