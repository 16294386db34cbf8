import { api } from '../../api.js';
import { form, h, labelled, money, select, time } from '../../dom.js';
import { addressWith, filled, orderNumberField } from './filters.js';
import { pagedTable } from './paged-table.js';
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
  const asked = filled(filters, Object.fromEntries(query));
  const page = (cursor) => api('GET', `/api/orders?${new URLSearchParams({ limit: '25', ...asked, ...(cursor ? { cursor } : {}) })}`);
  const choice = (label, name, words) => labelled(label, select({ name }, [['', 'all'], ...Object.entries(words)], asked[name] ?? ''));
  return [
    h('h1', {}, 'Orders'),
    form(
      { class: 'filters', role: 'search', 'aria-label': 'Orders' },
      (values) => go(addressWith('/staff', filled(filters, values))),
      choice('Status', 'status', statuses),
      choice('Goods', 'fulfilment', fulfilments),
      orderNumberField('Number', asked.number),
      h('button', { type: 'submit' }, 'Find'),
    ),
    await pagedTable({
      heads: ['Number', 'Total', 'When', 'Status', 'Goods', 'Money'],
      page,
      row,
      none: 'No order is like that.',
      kind: 'short',
    }),
  ];
});

function row({ id, number, createdAt, status, fulfilment, paymentStatus, totals, returns }) {
  const waiting = returns.some((one) => one.status === 'requested');
  return [
    h('a', { href: `/staff/orders/${id}` }, number),
    money(totals.total),
    time(createdAt),
    h('span', { class: `state ${status}` }, statuses[status] ?? status),
    [status === 'confirmed' ? fulfilments[fulfilment] : '–', waiting ? h('strong', {}, ' · return waits') : null],
    payments[paymentStatus] ?? paymentStatus,
  ];
}
