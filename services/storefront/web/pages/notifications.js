import { api } from '../api.js';
import { messageItem } from '../bell.js';
import { h } from '../dom.js';

/** All that somebody was told, the newest first; what comes while the page is open is put on top. */
export async function notificationsPage({ signal }) {
  const nothing = h('p', { class: 'quiet', hidden: true }, 'Nothing yet.');
  const list = h('ul', { class: 'plain' });
  const more = h('button', { type: 'button', onclick: () => void next() }, 'Show more');
  const note = h('p', { role: 'alert', class: 'error' });
  let cursor;
  async function next() {
    try {
      const page = await api('GET', `/api/notifications?limit=20${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
      list.append(...page.items.map(messageItem));
      cursor = page.nextCursor ?? undefined;
      more.hidden = cursor === undefined;
      nothing.hidden = list.children.length > 0 || !more.hidden;
      note.textContent = '';
      return page;
    } catch (error) {
      note.textContent = error.message;
      return { items: [] };
    }
  }
  const first = await next();
  if (first.items.length > 0) await api('POST', '/api/notifications/read', { upTo: first.items[0].id }).catch(() => undefined);
  const came = ({ detail }) => {
    nothing.hidden = true;
    list.prepend(messageItem(detail));
  };
  window.addEventListener('message-came', came, { signal });
  return [h('h1', {}, 'What is new'), nothing, list, note, more];
}
