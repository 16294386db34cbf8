import { h } from '../../dom.js';

/**
 * A table that is read page by page: `page(cursor)` answers `{items, nextCursor}`, `row(item)` the cells by the names of their heads. `kind` is one more
 * class of it, such as `short` where two cells fit beside each other on a phone.
 */
export async function pagedTable({ heads, page, row, none, kind }) {
  const rows = h('tbody', {});
  const empty = h('p', { class: 'quiet', hidden: true }, none);
  const more = h('button', { type: 'button', class: 'more', hidden: true }, 'More');
  const error = h('p', { class: 'error', role: 'alert' });
  let cursor;
  const add = async () => {
    error.textContent = '';
    more.disabled = true;
    try {
      const { items, nextCursor } = await page(cursor);
      rows.append(...items.map((item) => rowOf(heads, row(item))));
      cursor = nextCursor;
      more.hidden = nextCursor === null;
      empty.hidden = rows.children.length > 0 || nextCursor !== null;
    } catch (problem) {
      error.textContent = problem.message;
    } finally {
      more.disabled = false;
    }
  };
  more.addEventListener('click', () => void add());
  await add();
  return [table(heads, rows, kind), empty, error, more];
}

export function table(heads, rows, kind) {
  return h(
    'table',
    { class: kind === undefined ? 'list' : `list ${kind}` },
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
  );
}

/** A row of cells in the order of the heads, which are named again where the table becomes a list. */
export function rowOf(heads, cells) {
  return h(
    'tr',
    {},
    cells.map((content, index) => h('td', { 'data-label': heads[index] }, h('span', {}, content))),
  );
}
