import { exchange } from '../../api.js';
import { field, h, labelled } from '../../dom.js';

/** Pictures of a product in their order, each with what it shows. A file is uploaded as soon as it is chosen. */
export function pictureFields(pictures) {
  const list = h('ul', { class: 'pictures' });
  const error = h('p', { class: 'error', role: 'alert' });
  const add = ({ url, alt = '' }) => list.append(item(url, alt));
  for (const picture of pictures) add(picture);
  const file = h('input', { type: 'file', accept: 'image/jpeg,image/png,image/webp,image/avif,image/gif', multiple: true });
  file.addEventListener('change', async () => {
    error.textContent = '';
    file.disabled = true;
    try {
      for (const chosen of file.files) {
        const { answer } = await exchange('POST', '/api/catalog/media', { body: chosen, type: chosen.type || 'application/octet-stream' });
        add({ url: `${answer.url}/640.webp` });
      }
    } catch (problem) {
      error.textContent = problem.message;
    } finally {
      file.disabled = false;
      file.value = '';
    }
  });
  return {
    element: h('fieldset', {}, h('legend', {}, 'Pictures, the first one for lists'), list, labelled('Upload pictures', file), error),
    read: () =>
      [...list.children].map((element, index) => {
        const alt = element.querySelector('input');
        alt.dataset.at = `/images/${index}`;
        return { url: element.dataset.url, alt: alt.value.trim() };
      }),
  };
}

function item(url, alt) {
  const button = (label, act) => {
    const element = h('button', { type: 'button', class: 'plain' }, label);
    element.addEventListener('click', act);
    return element;
  };
  const element = h(
    'li',
    { 'data-url': url },
    h('img', { src: url, alt: '' }),
    field('What it shows, for those who do not see it', { value: alt, maxlength: 300 }),
    button('To the front', () => element.parentElement.prepend(element)),
    button('Remove', () => element.remove()),
  );
  return element;
}
