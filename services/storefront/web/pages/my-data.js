import { ApiError, api, keepSession, session } from '../api.js';
import { disclosure, field, form, h, pause } from '../dom.js';

const askAgainMs = 500;

/** What the shop knows of who is signed in: as a file, and forgotten with the account. */
export function myData({ go, signal }) {
  const status = h('p', { role: 'status', class: 'quiet' });
  const button = h('button', { type: 'button' }, 'Download my data');
  button.onclick = async () => {
    button.disabled = true;
    status.textContent = 'Gathering what we know of you…';
    try {
      await download(signal);
      status.textContent = 'Your data is in your downloads.';
    } catch (error) {
      status.textContent = error.message;
    }
    button.disabled = false;
  };
  return [
    h('h2', {}, 'Your data'),
    h('p', {}, button),
    status,
    disclosure(
      'Delete my account',
      h(
        'p',
        {},
        'We forget who you are: your name, addresses, messages and sessions. Orders that are not sent yet are cancelled and paid back. This cannot be undone.',
      ),
      form(
        {},
        async ({ password }) => {
          await api('DELETE', '/api/auth/me', { password });
          keepSession(null);
          await go('/');
        },
        field('Password', { name: 'password', type: 'password', required: true, autocomplete: 'current-password' }),
        h('button', { type: 'submit' }, 'Delete my account'),
      ),
    ),
  ];
}

async function download(signal) {
  await api('POST', '/api/auth/me/export');
  while ((await api('GET', '/api/auth/me/export')).state !== 'ready') {
    if (signal.aborted || session() === null) throw new ApiError(0, { detail: 'Your data was not downloaded.' });
    await pause(askAgainMs, signal);
  }
  const text = JSON.stringify(await api('GET', '/api/auth/me/export/document'), undefined, 2);
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  h('a', { href: url, download: 'cartwright-my-data.json' }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
