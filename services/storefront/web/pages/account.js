import { api, keepSession, session } from '../api.js';
import { h, money } from '../dom.js';
import { stateOf } from '../order-words.js';
import { myData } from './my-data.js';
import { signIn } from './sign-in.js';

/** Logging in and registering; and, for who is signed in, their orders. */
export async function accountPage({ go, signal, query }) {
  return session() === null ? signIn(go, query.get('to')) : account(go, signal);
}

async function account(go, signal) {
  const { user, refreshToken } = session();
  const { items } = await api('GET', '/api/orders?limit=20&mine=true');
  return [
    h('h1', {}, `Hello, ${user.name}`),
    h('p', {}, h('a', { href: '/account/details' }, 'Your details')),
    h('p', {}, h('a', { href: '/account/addresses' }, 'Address book')),
    h('p', {}, h('a', { href: '/account/security' }, 'Security of your account')),
    h('p', {}, h('a', { href: '/account/messages' }, 'What we may tell you')),
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
    myData({ go, signal }),
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
