import { api } from '../api.js';
import { h, time } from '../dom.js';
import { passkeys } from './passkeys.js';
import { secondFactor } from './second-factor.js';

/** How an account is protected, and where it is logged in. */
export async function securityPage() {
  const [factor, keys, places] = await Promise.all([secondFactor(), passkeys(), whereLoggedIn()]);
  const details = h('p', {}, 'Your password and your e-mail address are among ', h('a', { href: '/account/details' }, 'your details'), '.');
  return h('div', { class: 'security' }, h('h1', {}, 'Security'), details, keys, factor, places);
}

async function whereLoggedIn() {
  const section = h('section', { 'aria-labelledby': 'sessions' });
  const show = async () => {
    const { items } = await api('GET', '/api/auth/me/sessions');
    section.replaceChildren(
      h('h2', { id: 'sessions' }, 'Where you are logged in'),
      h(
        'ul',
        { class: 'plain' },
        items.map((one) =>
          h(
            'li',
            {},
            h('div', {}, [one.browser, one.system].filter(Boolean).join(' on ') || 'Unknown device'),
            h('div', { class: 'quiet' }, 'Last used ', time(one.usedAt)),
            ending(one, show),
          ),
        ),
      ),
    );
  };
  await show();
  return section;
}

function ending({ id, current }, show) {
  if (current) return h('span', {}, 'This device');
  const end = async () => {
    await api('DELETE', `/api/auth/me/sessions/${id}`);
    await show();
  };
  return h('button', { type: 'button', onclick: end }, 'Log out there');
}
