import { exchange } from '../../api.js';
import { FieldError, field, form, h, labelled, select, tick } from '../../dom.js';

const kinds = { string: 'text', integer: 'whole number', number: 'number', boolean: 'yes or no', array: 'several texts' };

/** What a category asks of attributes, a row each. What a row does not show of a property, such as its description, stays as it is. */
export function schemaForm({ path, own, etag, mayChange, done }) {
  const rows = h('div', { class: 'rows' });
  const required = new Set(own?.required ?? []);
  const add = (name, property, needed) => rows.append(row(name, property, needed));
  for (const [name, property] of Object.entries(own?.properties ?? {})) add(name, property, required.has(name));
  const more = h('button', { type: 'button' }, 'Another attribute');
  more.addEventListener('click', () => add('', { type: 'string' }, false));
  const element = form(
    { 'aria-label': 'Attributes' },
    async (values) => {
      const found = [...rows.children].map(valueOf);
      const names = found.map(({ name }) => name);
      const twice = names.find((name, index) => names.indexOf(name) !== index);
      if (twice !== undefined) throw new FieldError(`/properties/${twice}`, 'stands twice');
      const needed = found.filter((one) => one.needed).map(({ name }) => name);
      const schema = {
        type: 'object',
        properties: Object.fromEntries(found.map(({ name, property }) => [name, property])),
        ...(needed.length === 0 ? {} : { required: needed }),
        ...(values.closed ? { additionalProperties: false } : {}),
      };
      const headers = { 'if-match': etag };
      if (found.length === 0 && !values.closed) {
        if (own !== null) await exchange('DELETE', path, { headers });
      } else await exchange('PUT', path, { body: JSON.stringify(schema), type: 'application/json', headers });
      await done();
    },
    rows,
    more,
    tick('Refuse attributes that are described neither here nor above', { name: 'closed', checked: own?.additionalProperties === false }),
    mayChange ? h('button', { type: 'submit', class: 'primary' }, 'Ask for these') : null,
  );
  if (!mayChange) for (const control of element.elements) control.disabled = true;
  return element;
}

function row(name, property, needed) {
  const remove = h('button', { type: 'button', class: 'plain', 'aria-label': `Remove ${name}` }, 'Remove');
  const bounds = property.type === 'string' || property.type === 'array' ? [] : [property.minimum, property.maximum];
  const element = h(
    'div',
    { class: 'row' },
    field('Name', { 'data-field': 'name', value: name, required: true, maxlength: 60, pattern: '[^.$]+' }),
    labelled('Kind', select({ 'data-field': 'kind' }, Object.entries(kinds), property.type)),
    field('Choices, one; another', { 'data-field': 'choices', value: (property.enum ?? property.items?.enum ?? []).join('; ') }),
    field('From', { 'data-field': 'minimum', type: 'number', step: 'any', value: bounds[0] }),
    field('To', { 'data-field': 'maximum', type: 'number', step: 'any', value: bounds[1] }),
    tick('needed', { 'data-field': 'needed', checked: needed }),
    remove,
  );
  element.dataset.before = JSON.stringify(property);
  remove.addEventListener('click', () => element.remove());
  return element;
}

function valueOf(element) {
  const control = Object.fromEntries([...element.querySelectorAll('[data-field]')].map((one) => [one.dataset.field, one]));
  const name = control.name.value.trim();
  control.name.dataset.at = `/properties/${name}`;
  control.minimum.dataset.at = `/properties/${name}/minimum`;
  const type = control.kind.value;
  const choices = control.choices.value
    .split(';')
    .map((choice) => choice.trim())
    .filter((choice) => choice !== '');
  const before = JSON.parse(element.dataset.before);
  const { title, description, minLength, maxLength, format, multipleOf, minItems, maxItems, uniqueItems } =
    before.type === type ? before : {};
  const isNumber = type === 'number' || type === 'integer';
  const bound = (key) => (isNumber && control[key].value !== '' ? { [key]: Number(control[key].value) } : {});
  const property = {
    type,
    ...{ title, description, minLength, maxLength, format, multipleOf, minItems, maxItems, uniqueItems },
    ...bound('minimum'),
    ...bound('maximum'),
    ...(type === 'array' ? { items: { type: 'string', ...(choices.length === 0 ? {} : { enum: choices }) } } : {}),
    ...(choices.length > 0 && type === 'string' ? { enum: choices } : {}),
    ...(choices.length > 0 && isNumber ? { enum: choices.map(Number) } : {}),
  };
  return { name, property, needed: control.needed.checked };
}
