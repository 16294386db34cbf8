import { api } from '../../api.js';
import { disclosure, field, form, h, labelled, select, tick, time } from '../../dom.js';
import { forStaff } from './staff.js';
import { pagedTable } from './paged-table.js';

const path = '/api/auth/api-keys';
/** How long the secret before goes on after it was replaced, in seconds. */
const overlaps = [
  ['0', 'ends at once'],
  ['3600', 'goes on for an hour'],
  ['86400', 'goes on for a day'],
  ['604800', 'goes on for a week'],
];

/** Keys of machines: made, given another secret, and revoked. */
export const staffKeysPage = forStaff(async () => {
  const { items: permissions } = await api('GET', `${path}/permissions`);
  const secret = h('div', { role: 'status' });
  const list = h('div', {});
  const show = async (made) => {
    secret.replaceChildren(...(made === undefined ? [] : [shownOnce(made)]));
    list.replaceChildren(...(await keys(show)));
    if (made !== undefined) secret.scrollIntoView({ block: 'center' });
  };
  await show();
  return [
    h('h1', {}, 'API keys'),
    h('p', {}, 'A program signs in with a key of its own, and may do what the key was given and nothing else.'),
    secret,
    h('div', { class: 'edit' }, makeForm(permissions, show)),
    list,
  ];
}, ['admin']);

const password = () => field('Your password', { name: 'password', type: 'password', required: true, autocomplete: 'current-password' });
const days = (label) => field(label, { name: 'days', at: '/expiresInDays', type: 'number', min: 1, max: 366, value: 90, required: true });

function shownOnce({ name, key }) {
  return h(
    'div',
    { class: 'notice' },
    h('h2', {}, `The key “${name}”`),
    h('p', {}, 'Copy it now: it is not shown again, and nobody can look it up.'),
    h('p', {}, h('code', { class: 'secret' }, key)),
  );
}

function makeForm(permissions, show) {
  const making = form(
    { 'aria-label': 'Make a key' },
    async ({ name, days: expiresInDays, password: proof }, element) => {
      const wanted = [...element.querySelectorAll('[name=permission]:checked')].map(({ value }) => value);
      if (wanted.length === 0) throw new Error('Tick at least one thing that it may do.');
      const body = { name: name.trim(), permissions: wanted, expiresInDays: Number(expiresInDays), password: proof };
      const made = await api('POST', path, body);
      element.reset();
      element.closest('details').open = false;
      await show(made);
    },
    h(
      'div',
      { class: 'row' },
      field('What it is for', { name: 'name', required: true, maxlength: 100, pattern: '.*\\S.*', autocomplete: 'off' }),
      days('Ends after so many days'),
    ),
    h(
      'fieldset',
      { class: 'permissions' },
      h('legend', {}, 'What it may do'),
      permissions.map(({ name, what }) => tick(what, { name: 'permission', value: name, title: name })),
    ),
    password(),
    h('button', { type: 'submit', class: 'primary' }, 'Make it'),
  );
  return disclosure('Make a key', making);
}

function keys(show) {
  return pagedTable({
    heads: ['What for', 'May do', 'Made', 'Ends', 'Last used', 'Now'],
    page: (cursor) => api('GET', `${path}?${new URLSearchParams({ limit: '25', ...(cursor ? { cursor } : {}) })}`),
    row: (key) => row(key, show),
    none: 'There is no key yet.',
  });
}

function row(key, show) {
  const { name, prefix, permissions, createdAt, expiresAt, revokedAt, lastUsedAt } = key;
  return [
    [h('strong', {}, name), ' ', h('small', { class: 'quiet' }, `cwk_${prefix}…`)],
    permissions.join(', '),
    time(createdAt),
    time(expiresAt),
    lastUsedAt === null ? 'never' : time(lastUsedAt),
    revokedAt !== null
      ? ['revoked ', time(revokedAt)]
      : Date.parse(expiresAt) <= Date.now()
        ? 'has ended'
        : [rotateForm(key, show), revokeForm(key, show)],
  ];
}

function rotateForm({ id, name }, show) {
  return disclosure(
    'New secret',
    form(
      { 'aria-label': `New secret for ${name}` },
      async ({ overlap, days: expiresInDays, password: proof }) => {
        const body = { overlapSeconds: Number(overlap), expiresInDays: Number(expiresInDays), password: proof };
        await show(await api('POST', `${path}/${id}/rotate`, body));
      },
      labelled('The one before', select({ name: 'overlap' }, overlaps, '86400')),
      days('The key ends after so many days'),
      password(),
      h('button', { type: 'submit' }, 'Give it a new secret'),
    ),
  );
}

function revokeForm({ id, name }, show) {
  return disclosure(
    'Revoke',
    form(
      { 'aria-label': `Revoke ${name}` },
      async () => {
        await api('DELETE', `${path}/${id}`);
        await show();
      },
      h('p', {}, 'It is refused everywhere within two seconds.'),
      h('button', { type: 'submit' }, 'Revoke it'),
    ),
  );
}
