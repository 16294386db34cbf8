import { api, keepSession } from '../api.js';
import { field, form, h } from '../dom.js';

const useless = ['useless_link', 'email_taken'];

/** Where the links of mails about accounts lead. What makes them work stands behind `#`, and is taken out of the address at once. */
export async function accountLinkPage() {
  const [, purpose, token] = /^#(verify|reset|change)\.(.+)$/.exec(location.hash) ?? [];
  history.replaceState(null, '', location.pathname);
  if (token === undefined) return [h('h1', {}, 'This link is not complete'), h('p', {}, 'Open it once more from the mail.')];
  const place = h('div', { 'aria-live': 'polite' });
  const done = (text) => place.replaceChildren(h('p', {}, text), h('p', {}, h('a', { href: '/account' }, 'To your account')));
  place.append(purpose === 'reset' ? resetForm(token, done) : proveForm(token, done));
  return [h('h1', {}, purpose === 'reset' ? 'Set your password anew' : 'Prove your address'), place];
}

function resetForm(token, done) {
  const attributes = { name: 'password', type: 'password', required: true, minlength: 8, autocomplete: 'new-password' };
  const again = anotherLink('/account/forgotten');
  const send = async ({ password }) => {
    await again.after(() => api('POST', '/api/auth/password/reset', { token, password }));
    keepSession(null); // this browser's has ended too
    done('Your password is set. All sessions have ended: log in with it.');
  };
  return form(
    { class: 'narrow' },
    send,
    field('New password (at least 8 characters)', attributes),
    h('button', { type: 'submit', class: 'primary' }, 'Set it'),
    again.element,
  );
}

function proveForm(token, done) {
  const again = anotherLink('/account/details');
  const send = async () => {
    const { outcome } = await again.after(() => api('POST', '/api/auth/email/verify', { token }));
    done(outcome === 'moved' ? 'Thank you: this is the address of your account now.' : 'Thank you: the address is proved.');
  };
  return form({}, send, h('button', { type: 'submit', class: 'primary' }, 'This address is mine'), again.element);
}

/** The way to a new link, shown once work fails because this one is of no use. */
function anotherLink(href) {
  const element = h('p', { hidden: true }, h('a', { href }, 'Have another link sent'));
  return {
    element,
    async after(work) {
      element.hidden = true;
      try {
        return await work();
      } catch (error) {
        element.hidden = !useless.includes(error.problem?.code);
        throw error;
      }
    },
  };
}
