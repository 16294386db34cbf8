// What the delivery log's words mean to people.
import { api } from '../../api.js';
import { h } from '../../dom.js';

export const channelWords = { email: 'mail', sms: 'text message', live: 'in the shop' };
export const stateWords = { waiting: 'waits', sending: 'handed over', sent: 'sent', failed: 'failed', skipped: 'not sent' };
export const outcomeWords = {
  undelivered: 'not delivered',
  delivered: 'delivered',
  bounced: 'bounced',
  complained: 'marked as spam',
};
export const stepWords = {
  ...{ queued: 'Queued', handed_over: 'Handed to the provider', sent: 'Sent', failed: 'Given up', skipped: 'Not sent' },
  accepted: 'The provider has it',
  undelivered: 'Could not be delivered, for a reason that may pass',
  delivered: 'Delivered',
  bounced: 'Bounced: there is no such recipient',
  complained: 'The recipient marked it as spam',
};

const bad = new Set(['failed', 'undelivered', 'bounced', 'complained']);

/** Where a message is; what its provider told afterwards says more than that it was sent. */
export function standing({ state, outcome, reason }) {
  const now = outcome ?? state;
  const words = outcomeWords[outcome] ?? stateWords[state] ?? state;
  return [h('span', { class: bad.has(now) ? 'state cancelled' : 'state' }, words), reason === null ? null : `: ${reason}`];
}

/** What kinds of messages are about, by their names: also of those that are for other staff than whoever looks. */
export async function kinds() {
  const { items } = await api('GET', '/api/notifications/templates?locale=en');
  return Object.fromEntries(items.map(({ template, about }) => [template, about]));
}

const asked = new Map();

/** What the log calls an address. The address goes in a body, and never into this page's own address. */
export async function recipientOf(address) {
  const { recipient } = await api('POST', '/api/notifications/recipients', { address });
  asked.set(recipient, address);
  return recipient;
}

/** The address that was looked for, while this page is open; it cannot be found from what the log calls it. */
export function addressOf(recipient) {
  return asked.get(recipient);
}
