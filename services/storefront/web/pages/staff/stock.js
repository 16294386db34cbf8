import { api } from '../../api.js';
import { field, form, h, live, time } from '../../dom.js';
import { forStaff } from './staff.js';
import { adjustForm, countForm, settingsForm } from './stock-forms.js';

/** The stock of a SKU: its level, what happened to it, and how to put it right. */
export const staffStockPage = forStaff(async ({ query, go, mayChange }) => {
  const sku = (query.get('sku') ?? '').trim();
  const find = form(
    { class: 'filters', role: 'search', 'aria-label': 'Stock' },
    ({ sku: wanted }) => go(`/staff/stock?sku=${encodeURIComponent(wanted.trim())}`),
    field('SKU', {
      name: 'sku',
      type: 'search',
      required: true,
      maxlength: 64,
      value: sku,
      autocomplete: 'off',
      pattern: '[A-Za-z0-9][A-Za-z0-9._\\-]*',
      title: 'Letters, digits, dots, underscores and hyphens',
    }),
    h('button', { type: 'submit' }, 'Show'),
  );
  return [h('h1', {}, 'Stock'), find, sku === '' ? null : await shown(sku, mayChange)].flat().filter(Boolean);
});

/** What an address may hold is not always a SKU. */
function shown(sku, mayChange) {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(sku)
    ? stockOf(sku, mayChange)
    : h('p', { role: 'alert', class: 'error' }, 'That is no SKU.');
}

async function stockOf(sku, mayChange) {
  const path = `/api/inventory/${encodeURIComponent(sku)}`;
  let seen = await read();
  const look = async () => {
    seen = await read();
    page.show(seen);
  };
  const forms = ({ known, settings }) => {
    if (!mayChange) return null;
    const count = countForm(path, () => seen.level?.onHand, look);
    return known ? [adjustForm(path, look), count, settingsForm(path, settings, look)] : count;
  };
  const page = live([
    { attributes: { role: 'status' }, of: ({ level }) => level, view: (level) => levelView(sku, level) },
    { of: ({ level, settings }) => ({ known: level !== null, settings }), view: forms },
    { of: ({ movements, nextCursor }) => ({ movements, nextCursor }), view: (history) => movementsOf(path, history) },
  ]);
  page.show(seen);
  return page.element;

  async function read() {
    const [level, settings, { items, nextCursor }] = await Promise.all([
      orNull(api('GET', path)),
      orNull(api('GET', `${path}/settings`)),
      api('GET', `${path}/movements?limit=20`),
    ]);
    return {
      level,
      settings: settings && { backorder: settings.backorder, lowStockBelow: settings.lowStockBelow },
      movements: items,
      nextCursor,
    };
  }
}

/** Null: it never had any. */
async function orNull(asked) {
  try {
    return await asked;
  } catch (error) {
    if (error.status !== 404) throw error;
    return null;
  }
}

function levelView(sku, level) {
  if (level === null) return [h('h2', {}, sku), h('p', {}, 'It has no stock yet: take stock of it, and it has.')];
  const { onHand, reserved, available, backorder, backordered } = level;
  const figure = (label, value, name) => h('div', {}, h('dt', {}, label), h('dd', { 'data-level': name }, String(value)));
  return [
    h('h2', {}, sku),
    h(
      'dl',
      { class: 'figures' },
      figure('on hand', onHand, 'onHand'),
      figure('held for orders', reserved, 'reserved'),
      figure('can be sold', available, 'available'),
      backorder > 0 || backordered > 0 ? figure('sold, still to come', backordered, 'backordered') : null,
    ),
  ];
}

function movementsOf(path, { movements, nextCursor }) {
  if (movements.length === 0) return [];
  const rows = h('tbody', {}, movements.map(row));
  let cursor = nextCursor;
  const error = h('p', { class: 'error', role: 'alert' });
  const more = h('button', { type: 'button', class: 'more', hidden: cursor === null }, 'More');
  more.addEventListener('click', async () => {
    more.disabled = true;
    error.textContent = '';
    try {
      const page = await api('GET', `${path}/movements?limit=20&cursor=${encodeURIComponent(cursor)}`);
      rows.append(...page.items.map(row));
      cursor = page.nextCursor;
      more.hidden = cursor === null;
    } catch (problem) {
      error.textContent = problem.message;
    } finally {
      more.disabled = false;
    }
  });
  const heads = ['When', 'What', 'On hand', 'Held', 'Why', 'By'];
  return [
    h('h2', {}, 'Movements'),
    h(
      'table',
      { class: 'list' },
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
    error,
    more,
  ];
}

const signed = (delta) => (delta === 0 ? '' : ` (${delta > 0 ? '+' : '−'}${Math.abs(delta)})`);

function row({ type, onHand, onHandDelta, reserved, reservedDelta, reason, author, orderId, createdAt }) {
  const cell = (label, ...content) => h('td', { 'data-label': label }, h('span', {}, ...content));
  return h(
    'tr',
    {},
    cell('When', time(createdAt)),
    cell('What', type),
    cell('On hand', `${onHand}${signed(onHandDelta)}`),
    cell('Held', `${reserved}${signed(reservedDelta)}`),
    cell('Why', reason === type ? '' : reason),
    cell(
      'By',
      orderId === null ? h('small', {}, author ?? '–') : h('a', { href: `/staff/orders/${encodeURIComponent(orderId)}` }, 'order'),
    ),
  );
}
