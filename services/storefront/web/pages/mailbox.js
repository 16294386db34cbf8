import { api } from '../api.js';
import { h, time } from '../dom.js';

/** E-mails of a local machine, where none is sent out; each as it looks, and as text. */
export async function mailboxPage() {
  const { items } = await api('GET', '/api/notifications/mailbox?limit=20');
  return [
    h('h1', {}, 'Mailbox'),
    h('p', { class: 'quiet' }, 'While no provider’s keys are set, messages come here instead of going out.'),
    items.length === 0 ? h('p', {}, 'Nothing yet.') : h('ul', { class: 'plain' }, items.map(mail)),
  ];
}

function mail({ to, subject, html, text, createdAt }) {
  const shown = h('div', {});
  const open = (event) => {
    if (event.target.open && shown.childElementCount === 0) shown.append(asItLooks({ subject, html, text }));
  };
  return h(
    'li',
    {},
    h(
      'details',
      { ontoggle: open },
      h('summary', {}, h('strong', {}, subject), h('small', { class: 'quiet' }, ` to ${to}, `, time(createdAt))),
      shown,
    ),
  );
}

/** A message as its reader sees it; a mail also as text. */
export function asItLooks({ subject, html, text }) {
  if (html === null) return h('pre', {}, text);
  return h('div', {}, frame(subject, html), h('details', {}, h('summary', {}, 'As text'), h('pre', {}, text)));
}

/**
 * The mail in a frame in which nothing runs; its links open beside it. The page's policy allows no style in HTML, as mails have it: styles are
 * set by hand once the mail is there.
 */
function frame(subject, html) {
  const sandbox = 'allow-same-origin allow-popups allow-popups-to-escape-sandbox';
  const { page, sheets } = withoutStyles(html);
  const element = h('iframe', { class: 'mail', title: subject, sandbox, srcdoc: page });
  element.addEventListener('load', () => {
    const { contentDocument, contentWindow } = element;
    const { body, documentElement, links } = contentDocument;
    contentDocument.adoptedStyleSheets = sheets.map((text) => {
      const sheet = new contentWindow.CSSStyleSheet();
      sheet.replaceSync(text);
      return sheet;
    });
    for (const part of [body, ...body.querySelectorAll('[data-style]')]) part.style.cssText = part.getAttribute('data-style') ?? '';
    for (const link of links) link.target = '_blank';
    element.style.height = `${documentElement.scrollHeight}px`;
  });
  return element;
}

/** The mail without what the policy would refuse, and apart from it its style sheets. */
function withoutStyles(html) {
  const mail = new DOMParser().parseFromString(html.replaceAll(' style="', ' data-style="'), 'text/html');
  const styles = [...mail.querySelectorAll('style')];
  const sheets = styles.map((style) => style.textContent.replaceAll(/@import[^;]*;/g, ''));
  for (const part of [...styles, ...mail.querySelectorAll('link')]) part.remove();
  return { page: `<!doctype html>${mail.documentElement.outerHTML}`, sheets };
}
