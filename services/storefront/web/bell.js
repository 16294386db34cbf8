// The bell beside the account: how much is new, and what, as it comes.
import { api, session } from './api.js';
import { h, time } from './dom.js';
import { followLive } from './live.js';

const shownAtMost = 8;

/** Puts the bell into its place, for as long as somebody is signed in. */
export function mountBell(place) {
  let following = new AbortController();
  let who;
  const begin = () => {
    const user = session()?.user.id;
    if (user === who) return; // the same person, with a newer token
    who = user;
    following.abort();
    following = new AbortController();
    place.hidden = user === undefined;
    place.replaceChildren();
    if (user !== undefined) void ring(place, following.signal);
  };
  window.addEventListener('session', begin);
  begin();
}

/** Drawn in the colour of the text; a picture letter looks different on every system, and on some like nothing. */
function bellIcon() {
  const svg = (name, attributes) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const icon = svg('svg', { viewBox: '0 0 24 24', width: '20', height: '20', 'aria-hidden': 'true', focusable: 'false' });
  const line = { fill: 'none', stroke: 'currentColor', 'stroke-width': '1.8', 'stroke-linecap': 'round', 'stroke-linejoin': 'round' };
  icon.append(svg('path', { ...line, d: 'M6 10a6 6 0 0 1 12 0c0 5 2 6 2 7H4c0-1 2-2 2-7M10 20.5a2.2 2.2 0 0 0 4 0M12 4V2.5' }));
  return icon;
}

async function ring(place, signal) {
  let items = [];
  let unread = 0;
  const count = h('span', { class: 'count' });
  const news = h('p', { role: 'status', class: 'hidden' });
  const list = h('ul', { class: 'plain' });
  const panel = h(
    'div',
    { class: 'panel', id: 'bell-panel', hidden: true },
    list,
    h('p', {}, h('a', { href: '/notifications' }, 'All of it')),
  );
  const button = h(
    'button',
    { type: 'button', class: 'bell', 'aria-expanded': 'false', 'aria-controls': 'bell-panel', onclick: () => open(panel.hidden) },
    bellIcon(),
    h('span', { class: 'hidden' }, 'What is new'),
    count,
  );
  const leave = (event) => {
    if (!panel.hidden && (event.key === 'Escape' || (event.type === 'click' && !place.contains(event.target)))) open(false);
  };
  document.addEventListener('keydown', leave, { signal });
  document.addEventListener('click', leave, { signal });
  panel.addEventListener('click', (event) => {
    if (event.target.closest('a')) open(false);
  });
  place.replaceChildren(button, panel, news);

  function show() {
    count.textContent = unread === 0 ? '' : String(unread);
    count.setAttribute('aria-label', unread === 0 ? 'nothing new' : `${unread} new`);
    list.replaceChildren(...(items.length === 0 ? [h('li', { class: 'quiet' }, 'Nothing yet.')] : items.map(messageItem)));
  }

  function open(wanted) {
    panel.hidden = !wanted;
    button.setAttribute('aria-expanded', String(wanted));
    if (!wanted || unread === 0 || items.length === 0) return;
    api('POST', '/api/notifications/read', { upTo: items[0].id }).catch(() => undefined); // it stays unread, and is shown so
  }

  async function readList() {
    const page = await api('GET', `/api/notifications?limit=${shownAtMost}`);
    items = page.items;
    unread = page.unread;
    show();
  }

  show();
  await readList().catch(() => undefined); // what comes live is shown all the same
  await followLive(signal, ({ event, data }) => {
    if (event === 'reset') void readList().catch(() => undefined);
    if (event === 'standing') unread = data.unread;
    if (event === 'message' && !items.some(({ id }) => id === data.id)) {
      items = [data, ...items].slice(0, shownAtMost);
      news.textContent = data.title;
      window.dispatchEvent(new CustomEvent('message-came', { detail: data }));
    }
    show();
  });
}

/** A message in a list. */
export function messageItem({ title, text, link, read, createdAt }) {
  return h(
    'li',
    { class: read ? 'message' : 'message new' },
    h('a', { href: link }, title),
    h('div', { class: 'quiet' }, text),
    h('small', { class: 'quiet' }, time(createdAt)),
  );
}
