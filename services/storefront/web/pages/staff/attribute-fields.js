import { api } from '../../api.js';
import { field, h, labelled, select } from '../../dom.js';

/** Attributes of a product: those that its category describes each with a field of its kind, others by name and text. */
export function attributeFields(initial) {
  const element = h('fieldset', {});
  let attributes = initial;
  let controls = [];
  let others;

  function show(properties, required) {
    controls = [...properties].map(([name, property]) => ({ name, property, control: controlOf(name, property, attributes[name]) }));
    const known = new Set(properties.keys());
    const rest = Object.entries(attributes).filter(([name]) => !known.has(name));
    others = otherFields(rest);
    element.replaceChildren(
      h('legend', {}, 'Attributes'),
      ...controls.map(({ name, property, control }) =>
        labelled(`${property.title ?? name}${required.has(name) ? '' : ' (may be empty)'}`, control),
      ),
      others.element,
    );
  }

  const read = () => ({
    ...Object.fromEntries(controls.flatMap(({ name, property, control }) => valueOf(name, property, control))),
    ...others.read(),
  });
  return {
    element,
    read,
    /** What was entered so far stays. */
    async showFor(category) {
      if (others !== undefined) attributes = { ...attributes, ...read() };
      const schemas = category === '' ? [] : await schemasOf(category);
      show(
        new Map(schemas.flatMap(({ properties }) => Object.entries(properties))),
        new Set(schemas.flatMap(({ required = [] }) => required)),
      );
    },
  };
}

/** The nearest last: it says more of an attribute than those above. */
async function schemasOf(category) {
  const { own, inherited } = await api('GET', `/api/catalog/categories/${encodeURIComponent(category)}/schema`);
  return [...inherited.map(({ schema }) => schema).reverse(), ...(own === null ? [] : [own])];
}

function controlOf(name, property, value) {
  const at = { 'data-at': `/attributes/${name}`, title: property.description };
  if (property.type === 'boolean')
    return select(
      at,
      [
        ['', '–'],
        ['true', 'yes'],
        ['false', 'no'],
      ],
      value === undefined ? '' : String(value),
    );
  if (property.enum) return select(at, [['', '–'], ...property.enum.map((one) => [String(one), String(one)])], String(value ?? ''));
  if (property.type === 'array') return h('input', { ...at, value: (value ?? []).join('; '), placeholder: 'one; another' });
  if (property.type === 'string') return h('input', { ...at, value: value ?? '', maxlength: property.maxLength ?? 500 });
  const step = property.multipleOf ?? (property.type === 'integer' ? 1 : 'any');
  return h('input', { ...at, type: 'number', value: value ?? '', min: property.minimum, max: property.maximum, step });
}

function valueOf(name, { type }, { value }) {
  const text = value.trim();
  if (text === '') return [];
  if (type === 'boolean') return [[name, text === 'true']];
  if (type === 'array') return [[name, listOf(text)]];
  return [[name, type === 'string' ? text : Number(text)]];
}

function listOf(text) {
  return text
    .split(';')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

/** Attributes that no schema describes; what was no text stays what it was while nobody changes it. */
function otherFields(entries) {
  const list = h('div', { class: 'rows' });
  const add = (name = '', value = '') => {
    const text = Array.isArray(value) ? value.join('; ') : String(value);
    const at = name === '' ? undefined : `/attributes/${name}`;
    const row = h(
      'div',
      { class: 'row' },
      field('Name', { value: name, maxlength: 60 }),
      field('Value', { value: text, at, maxlength: 500 }),
    );
    row.dataset.before = JSON.stringify({ text, value });
    list.append(row);
  };
  for (const [name, value] of entries) add(name, value);
  const more = h('button', { type: 'button' }, 'Another attribute');
  more.addEventListener('click', () => add());
  return {
    element: h('div', {}, list, more),
    read: () =>
      Object.fromEntries(
        [...list.children].flatMap((row) => {
          const [name, value] = [...row.querySelectorAll('input')].map((input) => input.value.trim());
          const before = JSON.parse(row.dataset.before);
          return name === '' || value === '' ? [] : [[name, value === before.text.trim() ? before.value : value]];
        }),
      ),
  };
}
