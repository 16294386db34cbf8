import { api, newKey } from '../../api.js';
import { FieldError, disclosure, field, form, h, live, time } from '../../dom.js';
import { forStaff } from './staff.js';

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
  const read = async () => {
    const [level, { items, nextCursor }] = await Promise.all([levelAt(path), api('GET', `${path}/movements?limit=20`)]);
    return { level, movements: items, nextCursor };
  };
  const page = live([
    { attributes: { role: 'status' }, of: ({ level }) => level, view: (level) => levelOf(sku, level) },
    { of: ({ level }) => level === null, view: (unknown) => (mayChange ? forms(path, unknown, look) : null) },
    { of: ({ movements, nextCursor }) => ({ movements, nextCursor }), view: (history) => movementsOf(path, history) },
  ]);
  page.show(await read());
  return page.element;

  async function look() {
    page.show(await read());
  }
}

/** Null: it never had any. */
async function levelAt(path) {
  try {
    return await api('GET', path);
  } catch (error) {
    if (error.status !== 404) throw error;
    return null;
  }
}

function levelOf(sku, level) {
  if (level === null) return [h('h2', {}, sku), h('p', {}, 'It has no stock yet: take stock of it, and it has.')];
  const { onHand, reserved, available } = level;
  const figure = (label, value, name) => h('div', {}, h('dt', {}, label), h('dd', { 'data-level': name }, String(value)));
  return [
    h('h2', {}, sku),
    h(
      'dl',
      { class: 'figures' },
      figure('on hand', onHand, 'onHand'),
      figure('held for orders', reserved, 'reserved'),
      figure('can be sold', available, 'available'),
    ),
  ];
}

/** What the stock itself refuses is about the number. */
async function at(place, sent) {
  try {
    await sent;
  } catch (error) {
    if (!['stock_held', 'too_much_stock'].includes(error.problem?.code)) throw error;
    throw new FieldError(place, error.message);
  }
}

function forms(path, unknown, look) {
  let key = newKey();
  const reason = { name: 'reason', required: true, maxlength: 500, pattern: '.*\\S.*' };
  const adjust = disclosure(
    'Add or take away',
    form(
      { 'aria-label': 'Add or take away' },
      async (values, element) => {
        await at('/delta', api('POST', `${path}/adjustments`, { delta: Number(values.delta), reason: values.reason.trim() }, { key }));
        key = newKey();
        element.reset();
        await look();
      },
      field('How many (−3 takes three away)', { name: 'delta', type: 'number', step: 1, required: true }),
      field('Why', reason),
      h('button', { type: 'submit', class: 'primary' }, 'Adjust'),
    ),
  );
  const count = disclosure(
    'Take stock',
    form(
      { 'aria-label': 'Take stock' },
      async (values, element) => {
        await at('/onHand', api('PUT', path, { onHand: Number(values.onHand), reason: values.reason.trim() }));
        element.reset();
        await look();
      },
      field('Counted', { name: 'onHand', type: 'number', min: 0, step: 1, required: true }),
      field('Why', { ...reason, value: 'stock take' }),
      h('button', { type: 'submit', class: 'primary' }, 'Set what is on hand'),
    ),
  );
  return unknown ? [count] : [adjust, count];
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
