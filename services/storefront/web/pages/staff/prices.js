import { api, newKey } from '../../api.js';
import { FieldError, field, form, h, labelled, live, minorUnits, money, pause, select, time } from '../../dom.js';
import { pagedTable } from './paged-table.js';
import { forStaff } from './staff.js';

const states = { preview: 'to be looked at', applying: 'is being applied', applied: 'applied', cancelled: 'given up' };
const itemStates = { pending: '', applied: 'changed', skipped: 'left alone: it had changed', impossible: 'no price comes of it' };
const currency = 'USD';

/** Many prices at once: asked for, looked at, then applied; and what was changed before. */
export const staffPricesPage = forStaff(async ({ query, go, signal, mayChange }) => {
  const id = query.get('change');
  if (id !== null) return changePage(id, { go, signal, mayChange });
  const { items: categories } = await api('GET', '/api/catalog/categories');
  const table = await pagedTable({
    heads: ['When', 'Why', 'Prices', 'State'],
    none: 'Nobody has changed many prices yet.',
    page: (cursor) => api('GET', `/api/catalog/price-changes?limit=20${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`),
    row: ({ id: change, createdAt, reason, counts, state }) => [
      time(createdAt),
      h('a', { href: `/staff/prices?change=${change}` }, reason),
      String(counts.total),
      states[state],
    ],
  });
  return [h('h1', {}, 'Prices'), mayChange ? askForm(categories, go) : null, h('h2', {}, 'Changes'), table];
});

function askForm(categories, go) {
  let key = newKey();
  return form(
    { class: 'edit', 'aria-label': 'Change many prices' },
    async (values) => {
      const { id } = await api('POST', '/api/catalog/price-changes', requestOf(values), { key });
      key = newKey();
      await go(`/staff/prices?change=${id}`);
    },
    h(
      'fieldset',
      {},
      h('legend', {}, 'Which'),
      h(
        'div',
        { class: 'row' },
        labelled(
          'Category',
          select(
            { name: 'category', 'data-at': '/selection/category' },
            [['', 'all'], ...categories.map(({ slug, name }) => [slug, name])],
            '',
          ),
        ),
        field('Brand', { name: 'brand', at: '/selection/brand', maxlength: 100 }),
        field('Tag', { name: 'tag', at: '/selection/tag', maxlength: 50 }),
      ),
      field('Or these SKUs alone, with blanks between', { name: 'skus', at: '/selection/skus' }),
    ),
    h(
      'div',
      { class: 'row' },
      labelled(
        'By',
        select(
          { name: 'kind' },
          [
            ['percent', 'per cent'],
            ['amount', `an amount in ${currency}`],
          ],
          'percent',
        ),
      ),
      field('How much (−10 makes it cheaper)', { name: 'by', at: '/change', required: true, inputmode: 'decimal' }),
      labelled(
        'Round',
        select(
          { name: 'rounding' },
          [
            ['', 'to the cent'],
            ['100 1 nearest', 'to what ends in .99'],
            ['100 0 nearest', 'to whole amounts'],
            ['5 0 nearest', 'to five cents'],
          ],
          '',
        ),
      ),
      labelled(
        'The price before',
        select(
          { name: 'compareAt' },
          [
            ['keep', 'stays as it is'],
            ['set', 'stands beside a lower price'],
            ['clear', 'is not shown any more'],
          ],
          'keep',
        ),
      ),
    ),
    field('Why', { name: 'reason', at: '/reason', required: true, maxlength: 200, pattern: '.*\\S.*' }),
    h('button', { type: 'submit', class: 'primary' }, 'Show what would become of them'),
  );
}

function requestOf({ category, brand, tag, skus, kind, by, rounding, compareAt, reason }) {
  const filter = Object.fromEntries(Object.entries({ category, brand: brand.trim(), tag: tag.trim() }).filter(([, value]) => value !== ''));
  const named = skus.split(/[\s,]+/).filter((sku) => sku !== '');
  if (named.length === 0 && Object.keys(filter).length === 0) throw new FieldError('/selection/skus', 'Say which prices.');
  const text = by.trim().replace('−', '-');
  const sign = text.startsWith('-') ? -1 : 1;
  const size = text.replace(/^[-+]/, '');
  const amount = kind === 'percent' ? (/^\d{1,4}(?:\.\d{1,2})?$/.test(size) ? Number(size) : undefined) : minorUnits(size, currency);
  if (amount === undefined) throw new FieldError('/change', 'Write it like −10 or 2.50.');
  const [multiple, minus, direction] = rounding.split(' ');
  return {
    selection: named.length > 0 ? { skus: named } : filter,
    change: { [kind]: sign * amount },
    ...(rounding === '' ? {} : { rounding: { multiple: Number(multiple), minus: Number(minus), direction } }),
    compareAt,
    reason: reason.trim(),
  };
}

async function changePage(id, { go, signal, mayChange }) {
  const path = `/api/catalog/price-changes/${encodeURIComponent(id)}`;
  const look = () => api('GET', path);
  const act = (label, what, attributes, done) =>
    form(
      { 'aria-label': label },
      async () => {
        await api('POST', `${path}/${what}`);
        await done();
      },
      h('button', { type: 'submit', ...attributes }, label),
    );
  const again = () => go(`/staff/prices?change=${encodeURIComponent(id)}`, { replace: true });
  const page = live([
    { attributes: { role: 'status' }, of: ({ state, counts }) => ({ state, counts }), view: progressView },
    {
      of: ({ state }) => state,
      view: (state) =>
        !mayChange || state === 'applied' || state === 'cancelled'
          ? null
          : h(
              'div',
              { class: 'buttons' },
              state === 'preview' ? act('Apply it', 'apply', { class: 'primary' }, again) : null,
              act('Give it up', 'cancel', {}, again),
            ),
    },
  ]);
  const change = await look();
  page.show(change);
  void follow(change.state);
  const table = await pagedTable({
    heads: ['SKU', 'Product', 'Before', 'After', ''],
    none: 'No price is like that.',
    page: (cursor) => api('GET', `${path}/items?limit=50${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`),
    row: ({ sku, productId, title, before, after, state }) => [
      sku,
      h('a', { href: `/staff/products/${productId}` }, title),
      money(before),
      after === null ? '–' : money(after),
      itemStates[state],
    ],
  });
  return [h('h1', {}, change.reason), page.element, table];

  async function follow(state) {
    while (state === 'applying' && !signal.aborted) {
      await pause(1000, signal);
      const seen = await look().catch(() => undefined); // the next look may succeed
      if (seen === undefined || signal.aborted) continue;
      page.show(seen);
      state = seen.state;
    }
  }
}

function progressView({ state, counts }) {
  const { total, lower, higher, same, impossible, applied, skipped } = counts;
  const done = applied + skipped;
  const figure = (label, value) => h('div', {}, h('dt', {}, label), h('dd', {}, String(value)));
  return [
    h('p', {}, `${states[state]}: ${total} prices`),
    state === 'applying' ? h('progress', { max: total - impossible, value: done, 'aria-label': 'Applied' }) : null,
    h(
      'dl',
      { class: 'figures' },
      figure('lower', lower),
      figure('higher', higher),
      figure('the same', same),
      impossible === 0 ? null : figure('no price', impossible),
      state === 'preview' ? null : figure('changed', applied),
      skipped === 0 ? null : figure('left alone', skipped),
    ),
  ].filter(Boolean);
}
