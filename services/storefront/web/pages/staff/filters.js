import { field } from '../../dom.js';

/** What is looked for: of these names, without what is left empty. */
export function filled(names, values) {
  const entries = names.map((name) => [name, (values[name] ?? '').trim()]);
  return Object.fromEntries(entries.filter(([, value]) => value !== ''));
}

/** Where what is looked for is shown. */
export function addressWith(path, words) {
  const query = new URLSearchParams(words);
  return query.size === 0 ? path : `${path}?${query}`;
}

export function orderNumberField(label, value) {
  return field(label, {
    name: 'number',
    type: 'search',
    value,
    placeholder: 'CW-…',
    pattern: '[A-Za-z0-9\\-]{1,40}',
    title: 'Letters, digits and hyphens',
    maxlength: 40,
    autocomplete: 'off',
  });
}
