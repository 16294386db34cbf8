import { api } from '../api.js';
import { field, form, h } from '../dom.js';

/** Who has forgotten their password has a link sent. What is said is the same whether there is such an account or not. */
export function forgottenPage() {
  const place = h('div', { 'aria-live': 'polite' });
  const ask = async ({ email }) => {
    await api('POST', '/api/auth/password/forgot', { email });
    place.replaceChildren(
      h('p', {}, `If there is an account with ${email}, a mail is on its way. Its link works once, within 30 minutes.`),
      h(
        'p',
        { class: 'quiet' },
        'Nothing there after some minutes? Look among the unwanted mails, and whether the address is the right one.',
      ),
      h('p', {}, h('a', { href: '/login' }, 'Back to the log-in')),
    );
  };
  place.append(
    form(
      { class: 'narrow' },
      ask,
      h('p', {}, 'Tell us the e-mail address of your account: we send you a link by which you set a new password.'),
      field('E-mail', { name: 'email', type: 'email', required: true, autocomplete: 'username' }),
      h('button', { type: 'submit', class: 'primary' }, 'Send the link'),
    ),
  );
  return [h('h1', {}, 'Forgot your password?'), place];
}
