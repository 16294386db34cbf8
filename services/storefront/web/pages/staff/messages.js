import { api } from '../../api.js';
import { field, form, h, labelled, select, time } from '../../dom.js';
import { addressWith, filled, orderNumberField } from './filters.js';
import { addressOf, channelWords, kinds, recipientOf, standing, stateWords } from './message-words.js';
import { pagedTable } from './paged-table.js';
import { forStaff } from './staff.js';

const names = ['number', 'orderId', 'recipient', 'template', 'channel', 'state', 'since', 'until'];

/** Messages that were sent, or should have been, the newest first. */
export const staffMessagesPage = forStaff(async ({ query, go }) => {
  const asked = filled(names, Object.fromEntries(query));
  const about = await kinds();
  const page = (cursor) =>
    api('GET', `/api/notifications/deliveries?${new URLSearchParams({ limit: '25', ...asked, ...(cursor ? { cursor } : {}) })}`);
  return [
    h('h1', {}, 'Messages'),
    h('p', {}, h('a', { href: '/staff/messages/suppressed' }, 'Addresses that nothing is sent to')),
    filters(asked, about, go),
    await pagedTable({
      heads: ['When', 'What', 'Order', 'How', 'State'],
      page,
      row: (message) => row(message, about),
      none: 'No message is like that.',
    }),
  ];
});

function row({ id, createdAt, template, orderId, number, channel, ...rest }, about) {
  return [
    time(createdAt),
    h('a', { href: `/staff/messages/${id}` }, about[template] ?? template),
    orderId === null ? '–' : h('a', { href: `/staff/orders/${orderId}` }, number ?? 'order'),
    channelWords[channel] ?? channel,
    standing(rest),
  ];
}

function filters(asked, about, go) {
  const choice = (label, name, words) => labelled(label, select({ name }, [['', 'all'], ...Object.entries(words)], asked[name] ?? ''));
  const search = async ({ address, ...values }) => {
    const recipient = address.trim() === '' ? '' : await recipientOf(address);
    const moments = { since: moment(values.since), until: moment(values.until) };
    const words = filled(names, { ...values, ...moments, recipient: recipient || (values.recipient ?? '') });
    return go(addressWith('/staff/messages', words));
  };
  return form(
    { class: 'filters', role: 'search', 'aria-label': 'Messages' },
    search,
    orderNumberField('Order number', asked.number),
    field('Mail address or phone', {
      name: 'address',
      type: 'search',
      maxlength: 254,
      minlength: 3,
      value: addressOf(asked.recipient),
      autocomplete: 'off',
    }),
    choice('What', 'template', about),
    choice('How', 'channel', channelWords),
    choice('State', 'state', stateWords),
    field('From', { name: 'since', type: 'datetime-local', value: local(asked.since) }),
    field('Until', { name: 'until', type: 'datetime-local', value: local(asked.until) }),
    h('button', { type: 'submit' }, 'Find'),
    narrowed(asked),
  );
}

/** What is looked for and has no field of its own: by a link, or in an address that nobody remembers. */
function narrowed(asked) {
  const unseen = asked.recipient !== undefined && addressOf(asked.recipient) === undefined;
  const words = [asked.orderId === undefined ? null : 'one order', unseen ? 'one recipient' : null].filter(Boolean);
  if (words.length === 0) return null;
  return h(
    'p',
    { class: 'quiet' },
    asked.orderId === undefined ? null : h('input', { type: 'hidden', name: 'orderId', value: asked.orderId }),
    unseen ? h('input', { type: 'hidden', name: 'recipient', value: asked.recipient }) : null,
    `Only those of ${words.join(' and ')}. `,
    h('a', { href: '/staff/messages' }, 'Show all'),
  );
}

/** What people write is in their own time; the API is told UTC. */
function moment(text) {
  return text === '' ? '' : new Date(text).toISOString();
}

function local(text) {
  if (text === undefined) return undefined;
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return undefined;
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
