import { api, keepUser } from '../api.js';
import { disclosure, field, form, h, time } from '../dom.js';

const me = '/api/auth/me';

/** What an account is called, where mail reaches it, and its password. */
export async function detailsPage() {
  const user = await api('GET', me);
  keepUser(user); // it may have changed elsewhere, as by the link of a mail
  return h('div', { class: 'security' }, h('h1', {}, 'Your details'), nameForm(user), await emailSection(user), passwordSection(user));
}

function nameForm({ name }) {
  const saved = h('span', { role: 'status', class: 'quiet' });
  const save = async (values) => {
    keepUser(await api('PATCH', me, values));
    saved.textContent = ' Saved.';
  };
  return form(
    { oninput: () => (saved.textContent = '') },
    save,
    field('Name', { name: 'name', required: true, maxlength: 200, autocomplete: 'name', value: name }),
    h('button', { type: 'submit', class: 'primary' }, 'Save'),
    saved,
  );
}

async function emailSection(user) {
  const section = h('section', { 'aria-labelledby': 'email' });
  const show = async () => {
    const { pending } = await api('GET', `${me}/email/change`);
    const said = h('p', { role: 'status', tabindex: -1 });
    section.replaceChildren(
      h('h2', { id: 'email' }, 'E-mail address'),
      h('p', {}, h('strong', {}, user.email), user.emailVerified ? ', proved' : ', not proved yet'),
      user.emailVerified ? '' : proveAgain(user),
      said,
      pending === null ? '' : waiting(pending, withdraw),
      changeEmail(change),
    );
    return said;
  };
  /** Says what was done; what had the focus is not there any more. */
  const say = (place, words) => {
    place.textContent = words;
    place.focus();
  };
  const change = async (values) => {
    await api('POST', `${me}/email`, values);
    say(await show(), `A link is on its way to ${values.email}.`);
  };
  const withdraw = async () => {
    await api('DELETE', `${me}/email/change`);
    say(await show(), `Your address stays ${user.email}. The link does not work any more.`);
  };
  await show();
  return section;
}

function proveAgain({ email }) {
  const sent = h('p', { role: 'status' });
  const send = async () => {
    await api('POST', `${me}/email/verification`);
    sent.textContent = `Look into the mailbox of ${email}, and open the link of the newest mail. We send a few an hour at most.`;
  };
  return form({}, send, h('button', { type: 'submit' }, 'Send its link again'), sent);
}

/** A change that was asked for: nothing moves until the link is opened that was sent to the new address. */
function waiting({ email, expiresAt }, withdraw) {
  return h(
    'div',
    { class: 'notice' },
    form(
      {},
      withdraw,
      h('p', {}, 'To change to ', h('strong', {}, email), ', open the link that we sent there, before ', time(expiresAt), '.'),
      h('button', { type: 'submit' }, 'Keep the old address'),
    ),
  );
}

function changeEmail(change) {
  return disclosure(
    'Change the address',
    form(
      {},
      change,
      field('New e-mail address', { name: 'email', type: 'email', required: true, autocomplete: 'email' }),
      field('Your password', { name: 'password', type: 'password', required: true, autocomplete: 'current-password' }),
      h('button', { type: 'submit', class: 'primary' }, 'Send the link'),
    ),
  );
}

function passwordSection({ email }) {
  const done = h('p', { role: 'status', tabindex: -1 });
  const change = async (values, element) => {
    await api('PATCH', me, values);
    element.reset();
    closed.open = false;
    done.textContent = 'Your password is changed. Your other devices are logged out.';
    done.focus();
  };
  const closed = disclosure(
    'Change the password',
    form(
      { oninput: () => (done.textContent = '') },
      change,
      // Tells password managers whose password it is.
      h('input', { type: 'email', autocomplete: 'username', value: email, readonly: true, hidden: true }),
      h('p', {}, 'Your other devices are logged out by it; this one stays.'),
      field('Current password', { name: 'currentPassword', type: 'password', required: true, autocomplete: 'current-password' }),
      field('New password (at least 8 characters)', {
        ...{ name: 'password', type: 'password', required: true, minlength: 8, autocomplete: 'new-password' },
      }),
      h('button', { type: 'submit', class: 'primary' }, 'Change it'),
    ),
  );
  return h('section', { 'aria-labelledby': 'password' }, h('h2', { id: 'password' }, 'Password'), closed, done);
}
