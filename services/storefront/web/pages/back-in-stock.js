import { api, session } from '../api.js';
import { field, form, h, time } from '../dom.js';

const path = '/api/notifications/back-in-stock';

/** Asking to be told when what is sold out can be bought again; `show` follows the choice of a variant. */
export function backInStock() {
  const element = h('div', { class: 'back-in-stock', 'aria-live': 'polite' });
  let chosen;

  async function show({ sku, available }) {
    chosen = sku;
    element.replaceChildren();
    if (available !== 0) return;
    if (session() === null) return replace(sku, askAsGuest(sku));
    const { items } = await api('GET', `${path}?sku=${encodeURIComponent(sku)}`).catch(() => ({ items: [] })); // asking again does no harm
    replace(sku, items.length > 0 ? waiting(sku, told('You will be told when it is back.')) : askAsUser(sku));
  }

  /** What comes late, of a variant that is not chosen any more, is not shown. */
  function replace(sku, ...content) {
    if (sku === chosen) element.replaceChildren(...content.flat());
  }

  function askAsGuest(sku) {
    return form(
      { 'aria-label': 'Tell me when it is back' },
      async ({ email }) => {
        await api('POST', path, { sku, email });
        replace(sku, told(`We will write to ${email} once, when it is back.`));
      },
      field('Your e-mail address', { name: 'email', type: 'email', required: true, maxlength: 254, autocomplete: 'email' }),
      h('button', { type: 'submit' }, 'Tell me when it is back'),
      h('p', { class: 'quiet' }, 'One mail, and nothing else. We forget the address after it, or after 90 days.'),
    );
  }

  function askAsUser(sku) {
    return form(
      { 'aria-label': 'Tell me when it is back' },
      async () => {
        const { channels } = await api('POST', path, { sku });
        replace(sku, waiting(sku, howTold(channels)));
      },
      h('button', { type: 'submit' }, 'Tell me when it is back'),
    );
  }

  function waiting(sku, words) {
    return [
      words,
      form(
        {},
        async () => {
          await takeBack(sku);
          replace(sku, askAsUser(sku));
        },
        h('button', { type: 'submit', class: 'plain' }, 'Never mind'),
      ),
    ];
  }

  return { element, show };
}

function told(...words) {
  return h('p', { role: 'status' }, words);
}

function howTold(channels) {
  if (channels.length > 0)
    return told(
      channels.includes('email') ? 'We will write to you once, when it is back.' : 'You will see it at the bell, when it is back.',
    );
  return told('You have asked not to be told of such things: ', h('a', { href: '/account/messages' }, 'change that'), ', and you will be.');
}

async function takeBack(sku) {
  try {
    await api('DELETE', `${path}/${encodeURIComponent(sku)}`);
  } catch (error) {
    if (error.status !== 404) throw error; // it is back, or was taken back elsewhere
  }
}

/** What somebody waits for, with a way to leave it; null where that is nothing. */
export async function waitingFor() {
  const { items } = await api('GET', `${path}?limit=100`);
  if (items.length === 0) return null;
  const list = h('ul', { class: 'plain' });
  for (const { sku, title, slug, expiresAt } of items) {
    const item = h(
      'li',
      {},
      h('a', { href: `/products/${slug}` }, title),
      h('small', { class: 'quiet' }, ' until ', time(expiresAt)),
      form(
        {},
        async () => {
          await takeBack(sku);
          item.remove();
        },
        h('button', { type: 'submit', class: 'plain', 'aria-label': `Do not tell me of ${title}` }, 'Never mind'),
      ),
    );
    list.append(item);
  }
  return [h('h2', {}, 'What you wait for'), h('p', { class: 'quiet' }, 'You are told once, when it can be bought again.'), list];
}
