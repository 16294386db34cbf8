import { api, deviceTokens, keepDevice, keepSession } from '../api.js';
import { FieldError, field, form, h } from '../dom.js';
import { placeAfter } from '../log-in-path.js';
import { passkeyLogin } from './passkeys.js';

/** Logging in, by a code too where the account asks for one; and registering. `to`: the page that asked for it. */
export function signIn(go, to) {
  const enter = async ({ deviceToken, ...tokens }) => {
    keepDevice(deviceToken);
    keepSession(tokens);
    await go(placeAfter(to, location.origin));
  };
  const login = logIn(enter, to === null ? undefined : 'Log in to go on.');
  return h('div', { class: 'two' }, login.section, register(enter, login.as));
}

function logIn(enter, reason) {
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
  askPassword(reason);
  return {
    section,
    /** Asks for the password of an address that is known. */
    as(email) {
      askPassword();
      section.querySelector('[name=email]').value = email;
      section.querySelector('[name=password]').focus();
    },
  };
}

function register(enter, logInAs) {
  const known = h('p', { hidden: true });
  const make = async (values) => {
    known.hidden = true;
    try {
      await enter(await api('POST', '/api/auth/register', values));
    } catch (error) {
      if (error.problem?.code !== 'email_taken') throw error;
      known.replaceChildren(
        h('button', { type: 'button', onclick: () => logInAs(values.email) }, 'Log in with this address'),
        ' or ',
        h('a', { href: '/account/forgotten' }, 'set a new password'),
      );
      known.hidden = false;
      throw new FieldError('/email', 'There is an account with this address.');
    }
  };
  return h(
    'section',
    {},
    h('h2', {}, 'New here?'),
    form(
      {},
      make,
      field('Name', { name: 'name', required: true, autocomplete: 'name' }),
      field('E-mail', { name: 'email', type: 'email', required: true, autocomplete: 'email' }),
      known,
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
