import { api } from '../../api.js';
import { h, time } from '../../dom.js';
import { asItLooks } from '../mailbox.js';
import { channelWords, kinds, standing, stepWords } from './message-words.js';
import { forStaff } from './staff.js';

/** One message: what happened to it, and on a local machine what it said. */
export const staffMessagePage = forStaff(async ({ id }) => {
  const [message, about, mail] = await Promise.all([
    api('GET', `/api/notifications/deliveries/${encodeURIComponent(id)}`),
    kinds(),
    mailOf(id),
  ]);
  const { template, steps, nextTryAt, suppressed, recipient } = message;
  return [
    h('h1', {}, about[template] ?? template),
    facts(message),
    suppressed
      ? h(
          'p',
          { class: 'warning' },
          'Nothing is sent to this address now. ',
          h('a', { href: `/staff/messages/suppressed?recipient=${recipient}` }, 'See why, or lift it'),
        )
      : null,
    h('h2', {}, 'What happened'),
    h(
      'ol',
      { class: 'trail' },
      steps.map(({ step, at }) => h('li', { 'data-step': step }, stepWords[step] ?? step, ' ', h('small', { class: 'quiet' }, time(at)))),
    ),
    nextTryAt === null ? null : h('p', {}, 'It is tried again at ', time(nextTryAt), '.'),
    h('h2', {}, 'What it said'),
    mail === undefined ? h('p', { class: 'quiet' }, 'That is kept nowhere.') : [h('p', {}, h('strong', {}, mail.subject)), asItLooks(mail)],
  ];
});

/** What it said, where a mailbox stands in for the provider; undefined elsewhere. */
async function mailOf(id) {
  try {
    const { items } = await api('GET', `/api/notifications/mailbox?message=${encodeURIComponent(id)}`);
    return items[0];
  } catch (error) {
    if (error.status !== 404 && error.status !== 400) throw error;
    return undefined;
  }
}

function facts({ orderId, number, channel, provider, tries, resends, recipient, ...rest }) {
  const fact = (label, ...content) => [h('dt', {}, label), h('dd', {}, ...content)];
  return h(
    'dl',
    {},
    fact('State', standing(rest)),
    orderId === null ? null : fact('Order', h('a', { href: `/staff/orders/${orderId}` }, number ?? orderId)),
    fact('How', channelWords[channel] ?? channel, provider === null || provider === channel ? null : `, by ${provider}`),
    channel === 'live' ? null : fact('Tries', `${tries}${resends === 0 ? '' : `, ${resends} in doubt whether the one before went out`}`),
    recipient === null
      ? null
      : fact('Recipient', h('a', { href: `/staff/messages?recipient=${recipient}` }, 'All messages to the same address')),
  );
}
