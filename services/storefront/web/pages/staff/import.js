import { api, exchange, newKey, open } from '../../api.js';
import { FieldError, field, form, h, time, tick } from '../../dom.js';
import { piecesOf } from './file-pieces.js';
import { pagedTable, rowOf, table } from './paged-table.js';
import { forStaff } from './staff.js';

const heads = ['Line', 'What is wrong'];

/** Products from a file, sent piece by piece; and all of them as a file. */
export const staffImportPage = forStaff(async ({ signal, mayChange }) => {
  const shown = h('div', { role: 'status' });
  const before = await pagedTable({
    heads: ['When', 'Lines', 'New', 'Changed', 'Refused', 'State'],
    none: 'Nothing was imported yet.',
    page: (cursor) => api('GET', `/api/catalog/imports?limit=10${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`),
    row: ({ startedAt, lines, created, updated, failed, state }) => [
      time(startedAt),
      ...[lines, created, updated, failed].map(String),
      state,
    ],
  });
  return [
    h('h1', {}, 'Import and export'),
    mayChange ? [importForm(shown, signal), shown, exportButtons()] : null,
    h('h2', {}, 'Imports'),
    before,
  ];
});

function importForm(shown, signal) {
  // The same file chosen again goes on where it was cut off.
  const ids = new Map();
  return form(
    { class: 'edit', 'aria-label': 'Import' },
    async ({ replace }, element) => {
      const [file] = element.elements.namedItem('file').files;
      const isCsv = /\.csv$/i.test(file.name);
      if (!isCsv && !/\.(?:ndjson|jsonl)$/i.test(file.name)) throw new FieldError('file', 'A file is .csv or .ndjson.');
      const key = [file.name, file.size, file.lastModified, replace].join('\n');
      if (!ids.has(key)) ids.set(key, uuidOf(newKey()));
      const id = ids.get(key);
      const path = `/api/catalog/import?id=${id}${replace ? '&replace=true' : ''}`;
      for await (const { from, body, more, until } of piecesOf(file, isCsv)) {
        if (signal.aborted) return;
        const type = isCsv ? 'text/csv' : 'application/x-ndjson';
        const { answer } = await exchange('POST', `${path}&from=${from}&more=${more}`, { body, type });
        shown.replaceChildren(...reportOf(answer, until, file.size));
      }
      ids.delete(key);
    },
    h('p', { class: 'quiet' }, 'CSV or NDJSON, as an export gives it. A line that is refused changes nothing, and the others go on.'),
    field('File', { name: 'file', type: 'file', accept: '.csv,.ndjson,.jsonl', required: true }),
    tick('Remove products and categories that the file does not name', { name: 'replace' }),
    h('button', { type: 'submit', class: 'primary' }, 'Import'),
  );
}

/** Random, in the shape of a UUID of version 4. */
function uuidOf(hex) {
  const text = `${hex.slice(0, 12)}4${hex.slice(13, 16)}8${hex.slice(17)}`;
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
}

function reportOf({ state, lines, created, updated, unchanged, removed, failed, errors }, done, size) {
  const figure = (label, value) => h('div', {}, h('dt', {}, label), h('dd', {}, String(value)));
  return [
    h('progress', { max: size, value: done, 'aria-label': 'Imported' }),
    h('p', {}, state === 'done' ? `Done: ${lines} lines.` : `${lines} lines so far …`),
    h(
      'dl',
      { class: 'figures' },
      figure('new', created),
      figure('changed', updated),
      figure('as they were', unchanged),
      figure('removed', removed),
      figure('refused', failed),
    ),
    errors.length === 0 ? null : table(heads, h('tbody', {}, errors.map(errorRow))),
  ].filter(Boolean);
}

function errorRow({ line, errors }) {
  return rowOf(heads, [String(line), errors.map(({ field: name, message }) => `${name} ${message}`).join('; ')]);
}

function exportButtons() {
  const error = h('p', { class: 'error', role: 'alert' });
  const button = (format) => {
    const element = h('button', { type: 'button' }, `Export as ${format.toUpperCase()}`);
    element.addEventListener('click', async () => {
      error.textContent = '';
      element.disabled = true;
      try {
        const response = await open('GET', `/api/catalog/export?format=${format}`);
        const url = URL.createObjectURL(await response.blob());
        h('a', { href: url, download: `catalogue.${format}` }).click();
        URL.revokeObjectURL(url);
      } catch (problem) {
        error.textContent = problem.message;
      } finally {
        element.disabled = false;
      }
    });
    return element;
  };
  return h('div', { class: 'buttons' }, button('csv'), button('ndjson'), error);
}
