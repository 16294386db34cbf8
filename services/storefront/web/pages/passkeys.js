import { browserSupportsWebAuthn, startAuthentication, startRegistration } from '/vendor/simplewebauthn/index.js';
import { api } from '../api.js';
import { disclosure, field, form, h, time } from '../dom.js';

const path = '/api/auth/me/passkeys';

/** What the browser says where somebody did not go on; it has no better words for it. */
function understood(error) {
  if (error.problem !== undefined) return error;
  const words = {
    NotAllowedError: 'That was not finished, or took too long. Try again.',
    InvalidStateError: 'This device has a passkey of yours already.',
  };
  return new Error(words[error.name] ?? 'The browser could not do that.', { cause: error });
}

/** Logging in by a passkey, where the browser can. `enter` is given the tokens. */
export function passkeyLogin(enter) {
  if (!browserSupportsWebAuthn()) return null;
  return form(
    { class: 'passkey' },
    async () => {
      try {
        const optionsJSON = await api('POST', '/api/auth/login/passkey/options');
        await enter(await api('POST', '/api/auth/login/passkey', { response: await startAuthentication({ optionsJSON }) }));
      } catch (error) {
        throw understood(error);
      }
    },
    h('button', { type: 'submit' }, 'Use a passkey'),
  );
}

/** Passkeys of the account: made, named, removed. */
export async function passkeys() {
  const section = h('section', { 'aria-labelledby': 'passkeys' });
  const show = async () => {
    const { items } = await api('GET', path);
    section.replaceChildren(
      h('h2', { id: 'passkeys' }, 'Passkeys'),
      h(
        'p',
        {},
        'A passkey lets you in by what opens your device: a thumb, a face or a PIN. There is nothing to type, and nothing to steal.',
      ),
      items.length === 0
        ? h('p', { class: 'quiet' }, 'None yet.')
        : h(
            'ul',
            { class: 'plain' },
            items.map((one) => view(one, show)),
          ),
      browserSupportsWebAuthn() ? adding(show) : h('p', { class: 'quiet' }, 'This browser knows no passkeys.'),
    );
  };
  await show();
  return section;
}

const password = () => field('Your password', { name: 'password', type: 'password', required: true, autocomplete: 'current-password' });

function adding(show) {
  return disclosure(
    'Add a passkey',
    form(
      {},
      async (values) => {
        try {
          const optionsJSON = await api('POST', `${path}/options`, { password: values.password });
          await api('POST', path, { name: values.name, response: await startRegistration({ optionsJSON }) });
        } catch (error) {
          throw understood(error);
        }
        await show();
      },
      field('What you call this device', { name: 'name', required: true, maxlength: 100, value: 'This device' }),
      password(),
      h('button', { type: 'submit' }, 'Add it'),
    ),
  );
}

function view({ id, name, createdAt, lastUsedAt }, show) {
  const used = lastUsedAt === null ? ['not used yet'] : ['last used ', time(lastUsedAt)];
  return h(
    'li',
    {},
    h('div', {}, name),
    h('div', { class: 'quiet' }, 'Made ', time(createdAt), ', ', used),
    disclosure(
      'Rename',
      form(
        {},
        async (values) => {
          await api('PATCH', `${path}/${id}`, values);
          await show();
        },
        field('Name', { name: 'name', required: true, maxlength: 100, value: name }),
        h('button', { type: 'submit' }, 'Rename'),
      ),
    ),
    disclosure(
      'Remove',
      form(
        {},
        async (values) => {
          await api('DELETE', `${path}/${id}`, values);
          await show();
        },
        password(),
        h('button', { type: 'submit' }, 'Remove it'),
      ),
    ),
  );
}
