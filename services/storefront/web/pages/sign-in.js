import { api, deviceTokens, keepDevice, keepSession } from '../api.js';
import { field, form, h } from '../dom.js';
import { passkeyLogin } from './passkeys.js';

/** Logging in, by a code too where the account asks for one; and registering. */
export function signIn(go) {
  const enter = async ({ deviceToken, ...tokens }) => {
    keepDevice(deviceToken);
    keepSession(tokens);
    await go('/account');
  };
  return h('div', { class: 'two' }, logIn(enter), register(enter));
}

function logIn(enter) {
  const section = h('section', {}, h('h1', {}, 'Log in'));
  const askPassword = (notice) => {
    const password = form(
      {},
      async (values) => {
        const answer = await api('POST', '/api/auth/login', { ...values, deviceTokens: deviceTokens() });
        if (answer.challenge === undefined) await enter(answer);
        else askCode(answer.challenge);
      },
      field('E-mail', { name: 'email', type: 'email', required: true, autocomplete: 'username' }),
      field('Password', { name: 'password', type: 'password', required: true, autocomplete: 'current-password' }),
      h('button', { type: 'submit', class: 'primary' }, 'Log in'),
    );
    section.replaceChildren(
      h('h1', {}, 'Log in'),
      ...(notice === undefined ? [] : [h('p', { role: 'status' }, notice)]),
      password,
      h('p', {}, h('a', { href: '/account/forgotten' }, 'Forgot your password?')),
      passkeyLogin(enter) ?? '',
    );
  };
  const askCode = (challenge) => {
    const code = form(
      {},
      async (values) => {
        try {
          await enter(await api('POST', '/api/auth/login/second-factor', { challenge, ...values }));
        } catch (error) {
          if (error.problem?.code !== 'useless_challenge') throw error;
          askPassword(error.message);
        }
      },
      h('p', {}, 'Open your authenticator app, and type the code that it shows. Without the app, type one of your recovery codes.'),
      field('Code', { name: 'code', required: true, autocomplete: 'one-time-code', minlength: 6, maxlength: 40, autocapitalize: 'off' }),
      h('button', { type: 'submit', class: 'primary' }, 'Go on'),
    );
    section.replaceChildren(h('h1', {}, 'Log in'), code);
    code.querySelector('input').focus();
  };
  askPassword();
  return section;
}

function register(enter) {
  return h(
    'section',
    {},
    h('h2', {}, 'New here?'),
    form(
      {},
      async (values) => enter(await api('POST', '/api/auth/register', values)),
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
  );
}
