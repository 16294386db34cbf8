// Pages are built of elements, never of strings of HTML: what a product or a review says stays text.

/** h('a', { href: '/' }, 'Home') */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? '' : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function money({ amount, currency }) {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
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
export function picture({ image, title, slug }) {
  if (image) return h('img', { src: image, alt: '', loading: 'lazy' });
  let hue = 0;
  for (const letter of slug) hue = (hue * 31 + letter.charCodeAt(0)) % 360;
  const tile = h('span', { class: 'tile', 'aria-hidden': 'true' }, title.charAt(0));
  tile.style.setProperty('--hue', String(hue));
  return tile;
}

export function field(label, attributes) {
  return h('label', {}, h('span', {}, label), h('input', attributes));
}

/** Shows an error where it belongs: beside the form, and at the field that it names. */
export function showError(form, error) {
  const place = form.querySelector('[role=alert]');
  place.textContent = error.message;
  for (const input of form.querySelectorAll('[aria-invalid]')) input.removeAttribute('aria-invalid');
  for (const { field: name } of error.problem?.errors ?? []) {
    form.elements.namedItem(name.split('/').at(-1))?.setAttribute?.('aria-invalid', 'true');
  }
}

/** A form whose button waits while its work is done. */
export function form(attributes, work, ...children) {
  const element = h('form', { ...attributes, novalidate: false }, ...children, h('p', { role: 'alert', class: 'error' }));
  element.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = element.querySelector('button[type=submit]');
    button.disabled = true;
    element.querySelector('[role=alert]').textContent = '';
    try {
      await work(Object.fromEntries(new FormData(element)), element);
    } catch (error) {
      showError(element, error);
    } finally {
      button.disabled = false;
    }
  });
  return element;
}
