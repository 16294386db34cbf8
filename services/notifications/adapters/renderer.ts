import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import { oneLine } from '../domain/templates.ts';
import type { Renderer } from '../ports.ts';
import { localesFrom } from './locales.ts';
import type { Fill, LocaleWords } from './locales.ts';
import { pageWordsOf, valuesOf } from './template-values.ts';

/**
 * Writes messages by the page and the languages of a folder, which are read and compiled once. HTML comes from MJML (`npm run templates:build`);
 * the text part is made of the same words and values. In HTML all values are escaped.
 */
export function rendererFrom(folder: string, shopUrl: string): Renderer {
  const page = (file: string, noEscape: boolean): Fill =>
    Handlebars.compile<object>(readFileSync(`${folder}/templates/${file}`, 'utf8'), { strict: true, noEscape });
  const [html, text] = [page('page.html.hbs', false), page('page.txt.hbs', true)];
  const locales = localesFrom(`${folder}/locales`);

  return {
    locales: locales.tags,
    about: (template, locale) => locales.choose(locale).messages[template].about({}),
    render(template, channel, parts) {
      const locale = locales.choose(parts.locale, parts.contact.locale, parts.data.locale);
      const values = valuesOf(shopUrl, locale, template, parts);
      const words = locale.messages[template];
      const subject = oneLine(words.subject(values));
      const { path, link } = values;
      if (channel === 'live') return { subject, html: null, text: words.text(values), path, headers: {} };
      if (channel === 'sms') return { subject, html: null, text: textMessage(subject, values), path, headers: {} };
      const token = parts.unsubscribeToken ?? null;
      const shown = {
        ...pageWordsOf(locale, values),
        unsubscribe: token === null ? null : { label: locale.words.unsubscribe(values), link: `${shopUrl}/unsubscribe#${token}` },
        subject,
        button: { label: words.button(values), link },
      };
      return {
        subject,
        path,
        headers: token === null ? {} : unsubscribeHeaders(`${shopUrl}/api/notifications/unsubscribe?token=${token}`),
        html: html({ ...shown, paragraphs: paragraphs(words.html, values) }),
        text: text({ ...shown, paragraphs: paragraphs(words.text, values) }),
      };
    },
  };
}

/** By which mail programs end mails with one click (RFC 8058). */
function unsubscribeHeaders(link: string): Record<string, string> {
  return { 'List-Unsubscribe': `<${link}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };
}

function paragraphs(fill: LocaleWords['words']['hello'], values: object): string[] {
  return fill(values)
    .split(/\n\s*\n/)
    .map((part) => part.trim());
}

/** A text of the phone: what the subject says, with what a parcel can be followed by. */
function textMessage(subject: string, { parcel, link }: ReturnType<typeof valuesOf>): string {
  const followed = [parcel?.carrier, parcel?.trackingNumber].filter((part) => part !== null && part !== undefined).join(' ');
  return `Cartwright: ${subject}. ${followed === '' ? '' : `${followed}. `}${link}`;
}
