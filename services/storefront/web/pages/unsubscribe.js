import { api } from '../api.js';
import { form, h } from '../dom.js';

/** Where the link of a mail leads: ending mails without logging in. The token stands behind `#`, which browsers send to nobody. */
export async function unsubscribePage() {
  const token = location.hash.slice(1);
  const path = `/api/notifications/unsubscribe?token=${encodeURIComponent(token)}`;
  const { items } = await api('GET', '/api/notifications/events');
  const about = items.find(({ event }) => event === token.split('.').at(-2))?.about;
  const place = h('div', { 'aria-live': 'polite' });
  ask();
  return [h('h1', {}, 'No more of these mails'), place];

  function ask() {
    place.replaceChildren(
      form(
        {},
        async ({ everything }) => {
          const done = `${path}${everything === 'yes' ? '&everything=true' : ''}`;
          await api('POST', done);
          place.replaceChildren(
            h('p', {}, 'Done: no more such mails come. What an order cannot be followed without comes all the same.'),
            form(
              {},
              async () => {
                await api('DELETE', done);
                ask();
              },
              h('button', { type: 'submit' }, 'Take that back'),
            ),
          );
        },
        choice('no', about === undefined ? 'Mails like the one that this link was in' : `Mails of this kind: ${about}`, true),
        choice('yes', 'All mails that are not essential', false),
        h('button', { type: 'submit', class: 'primary' }, 'Stop them'),
      ),
    );
  }
}

function choice(value, label, checked) {
  return h('label', { class: 'choice' }, h('input', { type: 'radio', name: 'everything', value, checked }), h('span', {}, label));
}
