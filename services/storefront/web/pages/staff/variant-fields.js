import { FieldError, h, field, minorUnits, written } from '../../dom.js';

/** What can be bought of a product, a row each. */
export function variantFields({ variants, currency }) {
  const list = h('div', { class: 'rows' });
  const add = (variant) => list.append(row(variant, currency));
  for (const variant of variants) add(variant);
  if (variants.length === 0) add(undefined);
  const more = h('button', { type: 'button' }, 'Another variant');
  more.addEventListener('click', () => add(undefined));
  return {
    element: h('fieldset', {}, h('legend', {}, `Variants, prices in ${currency}`), list, more),
    read: () => [...list.children].map((element, index) => valueOf(element, index, currency)),
  };
}

function row(variant, currency) {
  const { sku = '', title = '', price, compareAt, options = {}, barcode, weightGrams } = variant ?? {};
  const amount = (money) => (money ? written(money.amount, currency) : '');
  const remove = h('button', { type: 'button', class: 'plain', 'aria-label': `Remove variant ${sku}` }, 'Remove');
  const element = h(
    'div',
    { class: 'row' },
    field('SKU', { 'data-field': 'sku', value: sku, required: true, maxlength: 64, pattern: '[A-Za-z0-9][A-Za-z0-9._\\-]*' }),
    field('Title (may be empty)', { 'data-field': 'title', value: title, maxlength: 200 }),
    field('Price', { 'data-field': 'price', value: amount(price), required: true, inputmode: 'decimal' }),
    field('Before', { 'data-field': 'compareAt', value: amount(compareAt), inputmode: 'decimal' }),
    field('Options: size=small; colour=red', { 'data-field': 'options', value: optionsText(options) }),
    field('Barcode', { 'data-field': 'barcode', value: barcode, maxlength: 50 }),
    field('Weight in grams', { 'data-field': 'weightGrams', value: weightGrams, type: 'number', min: 0, step: 1 }),
    remove,
  );
  remove.addEventListener('click', () => {
    if (element.parentElement.children.length > 1) element.remove();
  });
  return element;
}

/** Each field learns where the API will find it, so that its errors come back to it. */
function valueOf(element, index, currency) {
  const text = {};
  for (const input of element.querySelectorAll('[data-field]')) {
    input.dataset.at = `/variants/${index}/${input.dataset.field}`;
    text[input.dataset.field] = input.value.trim();
  }
  const amount = (name) => {
    const units = minorUnits(text[name], currency);
    if (units === undefined) throw new FieldError(`/variants/${index}/${name}`, 'Write it like 12.50.');
    return units;
  };
  return {
    sku: text.sku,
    price: amount('price'),
    ...(text.title === '' ? {} : { title: text.title }),
    ...(text.compareAt === '' ? {} : { compareAt: amount('compareAt') }),
    ...(text.options === '' ? {} : { options: readOptions(text.options, `/variants/${index}/options`) }),
    ...(text.barcode === '' ? {} : { barcode: text.barcode }),
    ...(text.weightGrams === '' ? {} : { weightGrams: Number(text.weightGrams) }),
  };
}

function optionsText(options) {
  return Object.entries(options)
    .map(([name, value]) => `${name}=${value}`)
    .join('; ');
}

function readOptions(text, at) {
  const pairs = text.split(';').map((pair) => pair.split('='));
  if (pairs.some((pair) => pair.length !== 2 || pair.some((part) => part.trim() === '')))
    throw new FieldError(at, 'Write it like size=small; colour=red.');
  return Object.fromEntries(pairs.map(([name, value]) => [name.trim(), value.trim()]));
}
