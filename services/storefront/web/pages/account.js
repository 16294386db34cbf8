import { api, keepSession, session } from '../api.js';
import { field, form, h, money } from '../dom.js';
import { stateOf } from '../order-words.js';

/** Logging in and registering; and, for who is signed in, their orders. */
export async function accountPage({ go }) {
  return session() === null ? signIn(go) : account(go);
}

function signIn(go) {
  const enter = (path) => async (values) => {
    keepSession(await api('POST', path, values));
    await go('/account');
  };
  return h(
    'div',
    { class: 'two' },
    h(
      'section',
      {},
      h('h1', {}, 'Log in'),
      form(
        {},
        enter('/api/auth/login'),
        field('E-mail', { name: 'email', type: 'email', required: true, autocomplete: 'username' }),
        field('Password', { name: 'password', type: 'password', required: true, autocomplete: 'current-password' }),
        h('button', { type: 'submit', class: 'primary' }, 'Log in'),
      ),
    ),
    h(
      'section',
      {},
      h('h2', {}, 'New here?'),
      form(
        {},
        enter('/api/auth/register'),
        field('Name', { name: 'name', required: true, autocomplete: 'name' }),
        field('E-mail', { name: 'email', type: 'email', required: true, autocomplete: 'email' }),
        field('Password (at least 8 characters)', {
          name: 'password',
          type: 'password',
          required: true,
          minlength: 8,
          autocomplete: 'new-password',
        }),
        h('button', { type: 'submit' }, 'Make an account'),
      ),
    ),
  );
}

async function account(go) {
  const { user, refreshToken } = session();
  const { items } = await api('GET', '/api/orders?limit=20&mine=true');
  return [
    h('h1', {}, `Hello, ${user.name}`),
    h('h2', {}, 'Your orders'),
    items.length === 0
      ? h('p', { class: 'quiet' }, 'None yet.')
      : h(
          'ul',
          { class: 'plain' },
          items.map((order) =>
            h(
              'li',
              {},
              h('a', { href: `/orders/${order.id}` }, order.number),
              ` · ${money(order.totals.total)}`,
              h('div', { class: 'quiet' }, stateOf(order)),
            ),
          ),
        ),
    h(
      'p',
      {},
      h(
        'button',
        {
          type: 'button',
          onclick: async () => {
            await api('POST', '/api/auth/logout', { refreshToken });
            keepSession(null);
            await go('/');
          },
        },
        'Log out',
      ),
    ),
  ];
}
