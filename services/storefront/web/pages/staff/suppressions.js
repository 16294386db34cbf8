import { api } from '../../api.js';
import { field, form, h, time } from '../../dom.js';
import { addressOf, channelWords, outcomeWords, recipientOf } from './message-words.js';
import { pagedTable } from './paged-table.js';
import { forStaff } from './staff.js';

/** Addresses that nothing is sent to. The log does not know them by name: one is found by who knows it. */
export const staffSuppressionsPage = forStaff(async ({ query, go }) => {
  const recipient = query.get('recipient') ?? undefined;
  const page = (cursor) => {
    const words = { limit: '25', ...(recipient === undefined ? {} : { recipient }), ...(cursor ? { cursor } : {}) };
    return api('GET', `/api/notifications/suppressions?${new URLSearchParams(words)}`);
  };
  const find = form(
    { class: 'filters', role: 'search', 'aria-label': 'Addresses' },
    async ({ address }) => {
      const wanted = address.trim();
      return go(`/staff/messages/suppressed${wanted === '' ? '' : `?recipient=${await recipientOf(wanted)}`}`);
    },
    field('Mail address or phone', {
      name: 'address',
      type: 'search',
      minlength: 3,
      maxlength: 254,
      value: addressOf(recipient),
      autocomplete: 'off',
    }),
    h('button', { type: 'submit' }, 'Find'),
    recipient === undefined ? null : h('a', { href: '/staff/messages/suppressed' }, 'Show all'),
  );
  return [
    h('h1', {}, 'Addresses that nothing is sent to'),
    h(
      'p',
      {},
      'Mail to them bounced, or they complained. Of each address only a hash is kept. ',
      h('a', { href: '/staff/messages' }, 'Messages'),
    ),
    find,
    await pagedTable({
      heads: ['Since', 'Why', 'How', 'Now'],
      page,
      row,
      none: recipient === undefined ? 'There is none.' : 'Nothing keeps us from writing to this address.',
    }),
  ];
});

function row({ id, createdAt, reason, channel, messageId, recipient, liftedAt }) {
  const now = h('span', {});
  const showLifted = (at) => now.replaceChildren('Lifted ', time(at));
  if (liftedAt === null) now.append(liftForm(id, () => showLifted(new Date().toISOString())));
  else showLifted(liftedAt);
  return [
    time(createdAt),
    [
      h('a', { href: `/staff/messages/${messageId}` }, outcomeWords[reason] ?? reason),
      ' · ',
      h('a', { href: `/staff/messages?recipient=${recipient}` }, 'all its messages'),
    ],
    channelWords[channel] ?? channel,
    now,
  ];
}

/** Somebody else may have been quicker: then it is lifted all the same. */
function liftForm(id, done) {
  return form(
    { 'aria-label': 'Write to it again' },
    async () => {
      try {
        await api('DELETE', `/api/notifications/suppressions/${id}`);
      } catch (error) {
        if (error.problem?.code !== 'lifted_before') throw error;
      }
      done();
    },
    h('button', { type: 'submit' }, 'Write to it again'),
  );
}
