// Pages are built of elements, never of strings of HTML: what a product or a review says stays text.

/** h('a', { href: '/' }, 'Home') */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? '' : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function money({ amount, currency }) {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
}

/** What a variant costs, and what it cost before where that was more. */
export function priceOf({ price, compareAt }) {
  if (!compareAt || compareAt.amount <= price.amount) return [money(price)];
  return [money(price), ' ', h('s', { class: 'quiet', 'aria-label': `before ${money(compareAt)}` }, money(compareAt))];
}

export function stars(rating, count) {
  if (rating === null) return h('span', { class: 'quiet' }, 'No reviews yet');
  const full = Math.round(rating);
  const label = `${rating} of 5 stars, ${count} ${count === 1 ? 'review' : 'reviews'}`;
  return h(
    'span',
    { class: 'stars', role: 'img', 'aria-label': label },
    '★'.repeat(full) + '☆'.repeat(5 - full),
    h('small', {}, ` ${count}`),
  );
}

/** A picture of the product, or a tile in a colour of its own with its first letter. */
export function picture({ image, title, slug }, { alt = '', sizes = '(max-width: 480px) 50vw, 320px' } = {}) {
  if (image) return pictureAt(image, { alt, sizes, loading: 'lazy' });
  let hue = 0;
  for (const letter of slug) hue = (hue * 31 + letter.charCodeAt(0)) % 360;
  const tile = h('span', { class: 'tile', 'aria-hidden': 'true' }, title.charAt(0));
  tile.style.setProperty('--hue', String(hue));
  return tile;
}

/** One that was uploaded comes in the size and type that the browser likes best. */
function pictureAt(url, attributes) {
  const [, base] = /^(\/api\/catalog\/media\/[\w-]+)\/640\.webp$/.exec(url) ?? [];
  if (base === undefined) return h('img', { src: url, ...attributes });
  const set = (type) => [320, 640, 1280].map((width) => `${base}/${width}.${type} ${width}w`).join(', ');
  return h(
    'picture',
    {},
    h('source', { type: 'image/avif', srcset: set('avif'), sizes: attributes.sizes }),
    h('img', { src: url, srcset: set('webp'), ...attributes }),
  );
}

/** An amount that a person wrote, such as 12.50, in minor units; undefined where it is none. */
export function minorUnits(text, currency) {
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits;
  const [, whole, part = ''] = /^\s*(\d{1,12})(?:\.(\d+))?\s*$/.exec(text) ?? [];
  return whole === undefined || part.length > digits ? undefined : Number(whole + part.padEnd(digits, '0'));
}

/** Minor units as a person writes them: 12.50. */
export function written(amount, currency) {
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits;
  return (amount / 10 ** digits).toFixed(digits);
}

/** When, as people of the browser's language write it. */
export function time(text) {
  return h('time', { datetime: text }, new Date(text).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' }));
}

let fields = 0;

/** A field with its label, and a place for what is wrong with it. `at` is where the API finds it in the body; the name, unless told. */
export function field(label, { at, ...attributes }) {
  return labelled(label, h('input', { 'data-at': at, ...attributes }));
}

/** The same of any control, such as a select or a text of several lines. */
export function labelled(label, control) {
  const id = `error-${(fields += 1)}`;
  control.setAttribute('aria-describedby', id);
  return h('div', { class: 'field' }, h('label', {}, h('span', {}, label), control), h('small', { id, class: 'error' }));
}

/** A choice: `options` are pairs of value and words. */
export function select(attributes, options, chosen) {
  return h(
    'select',
    attributes,
    options.map(([value, words]) => h('option', { value, selected: value === chosen }, words)),
  );
}

/** A box to tick. */
export function tick(label, attributes) {
  return h('label', { class: 'choice' }, h('input', { type: 'checkbox', ...attributes }), h('span', {}, label));
}

/** What an action answers when a field is wrong before anything is sent. */
export class FieldError extends Error {
  constructor(at, message) {
    super('Look at what is marked.');
    this.problem = { errors: [{ field: at, rule: 'shop', message }] };
  }
}

/** Shows an error where it belongs: at the fields that it names, and beside the form what has no field. */
export function showError(form, error) {
  clearErrors(form);
  const place = form.querySelector('[role=alert]');
  const errors = error.problem?.errors ?? [];
  place.textContent = markErrors(form, errors) ? 'Look at what is marked.' : error.message;
  form.querySelector('[aria-invalid]')?.focus();
}

/** Shows errors at the fields that they name. True where that was all there is to say. */
export function markErrors(form, errors) {
  const marked = errors.filter((one) => mark(inputAt(form, one.field), one));
  return errors.length > 0 && marked.length === errors.length;
}

function inputAt(form, at) {
  const inputs = [...form.elements];
  return (
    inputs.find((input) => input.dataset.at === at) ?? inputs.find((input) => input.name !== '' && input.name === at.split('/').at(-1))
  );
}

/** What the API says of a rule that was broken; in the words of its schemas where nobody has put it better. */
const ruleWords = {
  required: 'Fill this in.',
  minLength: 'Fill this in.',
  pattern: 'This does not look right.',
  format: 'This does not look right.',
  maxLength: 'This is too long.',
  password: 'This is not your password.',
  unknownCoupon: 'We do not know this code, or it cannot be used any more.',
  common: 'Many use this one, so it is tried first. Take another.',
  own_name: 'This is your name or address, so it is tried first. Take another.',
};

function mark(input, { rule, message }) {
  if (input === undefined || input.type === 'hidden') return false;
  input.setAttribute('aria-invalid', 'true');
  const place = document.getElementById(input.getAttribute('aria-describedby') ?? '');
  const empty = input.value?.trim() === '';
  if (place !== null) place.textContent = empty && rule === 'pattern' ? ruleWords.required : (ruleWords[rule] ?? message);
  return place !== null;
}

/** Takes back what was said of one field. */
export function clearErrorAt(input) {
  input.removeAttribute('aria-invalid');
  const place = document.getElementById(input.getAttribute('aria-describedby') ?? '');
  if (place !== null) place.textContent = '';
}

export function clearErrors(form) {
  for (const input of form.querySelectorAll('[aria-invalid]')) input.removeAttribute('aria-invalid');
  for (const place of form.querySelectorAll('.error')) place.textContent = '';
}

/** A form whose button waits while its work is done. A form that is sent again meanwhile, by the Enter key, does nothing more. */
export function form(attributes, work, ...children) {
  const element = h('form', attributes, ...children, h('p', { role: 'alert', class: 'error' }));
  let working = false;
  element.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (working) return;
    working = true;
    const buttons = element.querySelectorAll('button');
    for (const button of buttons) button.disabled = true;
    clearErrors(element);
    try {
      await work(Object.fromEntries(new FormData(element)), element);
    } catch (error) {
      for (const button of buttons) button.disabled = false; // before the focus goes to what is wrong
      showError(element, error);
    } finally {
      working = false;
      for (const button of buttons) button.disabled = false;
    }
  });
  return element;
}

/** Something that is done after one more look: closed until somebody opens it. */
export function disclosure(label, ...children) {
  return h('details', { class: 'act' }, h('summary', {}, label), ...children);
}

/**
 * Parts of a page that show something that changes. Each is made again only when what it shows has changed, so that a form that
 * somebody is filling in stays as it is. A part is `{ of: (value) => data, view: (data) => elements, attributes? }`.
 */
export function live(parts) {
  const places = parts.map(({ attributes = {} }) => h('div', attributes));
  const shown = [];
  return {
    element: h('div', { class: 'live' }, places),
    show(value) {
      for (const [index, { of, view }] of parts.entries()) {
        const data = of(value);
        const text = JSON.stringify(data) ?? '';
        if (shown[index] === text) continue;
        shown[index] = text;
        places[index].replaceChildren(...[view(data)].flat(Infinity).filter(Boolean));
      }
    },
  };
}

/** Resolves after so long, or at once when `signal` says so, as that of a page that is left. */
export function pause(ms, signal) {
  return new Promise((done) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      done();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
