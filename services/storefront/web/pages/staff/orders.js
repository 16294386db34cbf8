import { api } from '../../api.js';
import { form, h, money, time } from '../../dom.js';
import { forStaff } from './staff.js';

export const statuses = {
  placed: 'placed',
  reserved: 'reserved, not paid',
  authorized: 'authorised',
  confirmed: 'confirmed',
  rejected: 'out of stock',
  payment_failed: 'payment refused',
  cancelled: 'cancelled',
};
export const fulfilments = {
  none: 'to be shipped',
  partial: 'partly shipped',
  shipped: 'shipped',
  delivered: 'delivered',
  returned: 'sent back',
};
export const payments = {
  none: 'not paid',
  authorized: 'held',
  captured: 'paid',
  partially_refunded: 'partly refunded',
  refunded: 'refunded',
  failed: 'failed',
};

const filters = ['status', 'fulfilment', 'number'];

/** All orders, the newest first; by status, by what became of the goods, or by number. */
export const staffOrdersPage = forStaff(async ({ query, go }) => {
  const asked = wordsOf(Object.fromEntries(query));
  const page = (cursor) => api('GET', `/api/orders?${new URLSearchParams({ limit: '25', ...asked, ...(cursor ? { cursor } : {}) })}`);
  const choice = (name, label, values) =>
    h(
      'label',
      {},
      h('span', {}, label),
      h(
        'select',
        { name },
        h('option', { value: '' }, 'all'),
        Object.entries(values).map(([value, words]) => h('option', { value, selected: value === asked[name] }, words)),
      ),
    );
  const find = form(
    { class: 'filters', role: 'search', 'aria-label': 'Orders' },
    (values) => {
      const words = new URLSearchParams(wordsOf(values));
      return go(`/staff${words.size === 0 ? '' : `?${words}`}`);
    },
    choice('status', 'Status', statuses),
    choice('fulfilment', 'Goods', fulfilments),
    h(
      'label',
      {},
      h('span', {}, 'Number'),
      h('input', {
        name: 'number',
        type: 'search',
        value: asked.number,
        placeholder: 'CW-…',
        pattern: '[A-Za-z0-9\\-]{1,40}',
        title: 'Letters, digits and hyphens',
        maxlength: 40,
        autocomplete: 'off',
      }),
    ),
    h('button', { type: 'submit' }, 'Find'),
  );
  return [h('h1', {}, 'Orders'), find, await list(page)];
});

/** What is looked for; what is left empty is not. */
function wordsOf(values) {
  const entries = filters.map((name) => [name, (values[name] ?? '').trim()]);
  return Object.fromEntries(entries.filter(([, value]) => value !== ''));
}

async function list(page) {
  const rows = h('tbody', {});
  const none = h('p', { class: 'quiet', hidden: true }, 'No order is like that.');
  const more = h('button', { type: 'button', class: 'more', hidden: true }, 'More');
  const error = h('p', { class: 'error', role: 'alert' });
  let cursor;
  const add = async () => {
    error.textContent = '';
    more.disabled = true;
    try {
      const { items, nextCursor } = await page(cursor);
      rows.append(...items.map(row));
      cursor = nextCursor;
      more.hidden = nextCursor === null;
      none.hidden = rows.children.length > 0;
    } catch (problem) {
      error.textContent = problem.message;
    } finally {
      more.disabled = false;
    }
  };
  more.addEventListener('click', () => void add());
  await add();
  const heads = ['Number', 'Total', 'When', 'Status', 'Goods', 'Money'];
  return [
    h(
      'table',
      { class: 'list short' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          heads.map((head) => h('th', { scope: 'col' }, head)),
        ),
      ),
      rows,
    ),
    none,
    error,
    more,
  ];
}

function row({ id, number, createdAt, status, fulfilment, paymentStatus, totals, returns }) {
  const waiting = returns.some((one) => one.status === 'requested');
  const cell = (label, ...content) => h('td', { 'data-label': label }, h('span', {}, ...content));
  return h(
    'tr',
    {},
    cell('Number', h('a', { href: `/staff/orders/${id}` }, number)),
    cell('Total', money(totals.total)),
    cell('When', time(createdAt)),
    cell('Status', h('span', { class: `state ${status}` }, statuses[status] ?? status)),
    cell('Goods', status === 'confirmed' ? fulfilments[fulfilment] : '–', waiting ? h('strong', {}, ' · return waits') : null),
    cell('Money', payments[paymentStatus] ?? paymentStatus),
  );
}
