import { api } from '../api.js';
import { h } from '../dom.js';

/** E-mails of a local machine, where none is sent out. */
export async function mailboxPage() {
  const { items } = await api('GET', '/api/notifications/mailbox?limit=20');
  return [
    h('h1', {}, 'Mailbox'),
    h('p', { class: 'quiet' }, 'While no provider’s keys are set, messages come here instead of going out.'),
    items.length === 0
      ? h('p', {}, 'Nothing yet.')
      : h(
          'ul',
          { class: 'plain' },
          items.map(({ recipient, to, subject, text }) =>
            h(
              'li',
              {},
              h(
                'details',
                {},
                h('summary', {}, h('strong', {}, subject), h('small', { class: 'quiet' }, ` to ${recipient ?? to}`)),
                h('pre', {}, text),
              ),
            ),
          ),
        ),
  ];
}
