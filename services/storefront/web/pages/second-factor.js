import { api } from '../api.js';
import { disclosure, field, form, h, time } from '../dom.js';

const path = '/api/auth/me/second-factor';

/** Codes of an app at log-in: setting it up, new recovery codes, and doing without again. */
export async function secondFactor() {
  const section = h('section', { 'aria-labelledby': 'second-factor' });
  const show = async (...first) => {
    const { enabledSince, recoveryCodesLeft } = await api('GET', path);
    section.replaceChildren(
      h('h2', { id: 'second-factor' }, 'Authenticator app'),
      ...first,
      ...(enabledSince === null ? offer(section, show) : [state(enabledSince, recoveryCodesLeft), renew(show), disable(show)]),
    );
  };
  await show();
  return section;
}

const password = () => field('Your password', { name: 'password', type: 'password', required: true, autocomplete: 'current-password' });
const code = (label) =>
  field(label, { name: 'code', required: true, autocomplete: 'one-time-code', minlength: 6, maxlength: 40, autocapitalize: 'off' });

function state(since, left) {
  return h('p', {}, 'Logging in asks for a code, since ', time(since), `. ${left} recovery ${left === 1 ? 'code is' : 'codes are'} left.`);
}

function offer(section, show) {
  return [
    h('p', {}, 'With an authenticator app on your phone, nobody gets in by your password alone.'),
    disclosure(
      'Set up an app',
      form(
        {},
        async (values) => {
          const made = await api('POST', path, values);
          section.replaceChildren(h('h2', { id: 'second-factor' }, 'Authenticator app'), ...confirmation(made, show));
          section.querySelector('input').focus();
        },
        password(),
        h('button', { type: 'submit' }, 'Go on'),
      ),
    ),
  ];
}

function confirmation({ secret, uri, picture }, show) {
  return [
    h('p', {}, 'Read this with the app, or ', h('a', { href: uri }, 'open the app on this device'), ':'),
    h('img', { src: picture, alt: 'A QR code with the secret below', width: 220, height: 220, class: 'code' }),
    h('p', {}, 'Or type: ', h('code', { class: 'secret' }, secret.replaceAll(/(.{4})(?!$)/g, '$1 '))),
    form(
      {},
      async (values) => {
        const { recoveryCodes } = await api('POST', `${path}/confirm`, values);
        await show(codes(recoveryCodes));
      },
      code('The code that it shows now'),
      h('button', { type: 'submit', class: 'primary' }, 'Turn it on'),
    ),
  ];
}

/** Recovery codes, this once. */
function codes(list) {
  return h(
    'div',
    { class: 'notice', role: 'status' },
    h('p', {}, 'Your recovery codes. Each lets you in once without the app. Keep them somewhere safe: they are not shown again.'),
    h(
      'ul',
      { class: 'codes' },
      list.map((one) => h('li', {}, h('code', {}, one))),
    ),
  );
}

function renew(show) {
  return disclosure(
    'New recovery codes',
    form(
      {},
      async (values) => {
        const { recoveryCodes } = await api('POST', `${path}/recovery-codes`, values);
        await show(codes(recoveryCodes));
      },
      h('p', {}, 'The old ones do not work any more.'),
      password(),
      code('A code of the app, or a recovery code'),
      h('button', { type: 'submit' }, 'Make new codes'),
    ),
  );
}

function disable(show) {
  return disclosure(
    'Turn it off',
    form(
      {},
      async (values) => {
        await api('DELETE', path, values);
        await show();
      },
      h('p', {}, 'Then your password alone lets you in.'),
      password(),
      code('A code of the app, or a recovery code'),
      h('button', { type: 'submit' }, 'Turn it off'),
    ),
  );
}
