import { api } from '../api.js';
import { field, form, h } from '../dom.js';
import { waitingFor } from './back-in-stock.js';

const channelWords = { email: 'E-mail', sms: 'Text message', live: 'In the shop' };

/** What somebody wants to be told, by which way, and in which language. */
export async function preferencesPage() {
  const [wishes, { items, locales }, waits] = await Promise.all([
    api('GET', '/api/notifications/preferences'),
    api('GET', '/api/notifications/events'),
    waitingFor(),
  ]);
  const saved = h('p', { role: 'status', class: 'quiet' });
  const save = async (values) => {
    const events = Object.fromEntries(
      items.map(({ event, channels, essential }) => [
        event,
        Object.fromEntries(
          channels.filter((channel) => !isFixed(essential, channel)).map((channel) => [channel, `${event} ${channel}` in values]),
        ),
      ]),
    );
    const phone = values.phone.trim() === '' ? null : values.phone.trim();
    const locale = values.locale === '' ? null : values.locale;
    await api('PUT', '/api/notifications/preferences', { locale, email: wishes.email, sms: { ...wishes.sms, phone }, events });
    saved.textContent = 'Saved.';
  };
  return [
    h('h1', {}, 'What we may tell you'),
    form(
      { class: 'wishes', oninput: () => (saved.textContent = '') },
      save,
      h(
        'label',
        { class: 'field' },
        h('span', {}, 'Language of messages'),
        h(
          'select',
          { name: 'locale' },
          h('option', { value: '' }, 'As you order'),
          locales.map((tag) => h('option', { value: tag, selected: wishes.locale?.split('-')[0] === tag }, languageName(tag))),
        ),
      ),
      field('Phone number for text messages (+ and country first)', {
        ...{ name: 'phone', type: 'tel', at: '/sms/phone', autocomplete: 'tel', placeholder: '+14155550100' },
        value: wishes.sms.phone ?? '',
      }),
      h(
        'table',
        {},
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            h('th', { scope: 'col' }, 'When'),
            Object.values(channelWords).map((name) => h('th', { scope: 'col' }, name)),
          ),
        ),
        h(
          'tbody',
          {},
          items.map((item) => eventRow(item, wishes)),
        ),
      ),
      h(
        'p',
        { class: 'quiet' },
        'What is ticked and grey always comes by e-mail: without it an order cannot be followed, or money is at stake.',
      ),
      h('button', { type: 'submit', class: 'primary' }, 'Save'),
      saved,
    ),
    waits,
  ];
}

function isFixed(essential, channel) {
  return essential && channel === 'email';
}

function eventRow({ event, about, channels, essential }, { email, sms, events }) {
  const usual = { email: email.updates, sms: sms.updates && sms.phone !== null, live: true };
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, about),
    Object.entries(channelWords).map(([channel, words]) => {
      if (!channels.includes(channel)) return h('td', {});
      const fixed = isFixed(essential, channel);
      return h(
        'td',
        {},
        h('input', {
          ...{ type: 'checkbox', name: `${event} ${channel}`, 'aria-label': `${about}: ${words}` },
          ...{ checked: fixed || (events?.[event]?.[channel] ?? usual[channel]), disabled: fixed },
        }),
      );
    }),
  );
}

function languageName(tag) {
  return new Intl.DisplayNames([tag], { type: 'language' }).of(tag);
}
