import { readFileSync, readdirSync } from 'node:fs';
import Handlebars from 'handlebars';
import { moneyText } from '../domain/money-text.ts';
import { reasonText, subjectOf, templateNames } from '../domain/templates.ts';
import type { Contact, OrderFacts, Renderer } from '../ports.ts';

type Fill = (values: object) => string;

/** Fills the Handlebars templates of `templates/`, which are read and compiled once. In HTML all values are escaped. */
export function rendererFrom(folder: string, shopUrl: string): Renderer {
  const read = (file: string): string => readFileSync(`${folder}/${file}`, 'utf8');
  const engine = Handlebars.create();
  for (const file of readdirSync(`${folder}/partials`)) {
    engine.registerPartial(file.replace(/\.hbs$/, ''), read(`partials/${file}`));
  }
  const html = (name: string): Fill => engine.compile(read(`${name}.html.hbs`), { strict: false });
  const text = (name: string): Fill => engine.compile(read(`${name}.txt.hbs`), { strict: false, noEscape: true });
  const compiled = new Map(templateNames.map((name) => [name, { html: html(name), text: text(name) }]));

  return {
    render(template, channel, parts) {
      const fills = compiled.get(template);
      if (fills === undefined) throw new Error(`There is no template ${template}`);
      const values = valuesOf(shopUrl, parts);
      const subject = subjectOf(template, values.number);
      if (channel === 'sms') return { subject, html: null, text: `Cartwright: ${subject}. ${values.link}` };
      return { subject, html: fills.html({ ...values, subject }), text: fills.text({ ...values, subject }) };
    },
  };
}

interface Parts {
  readonly contact: Contact;
  readonly order: OrderFacts | undefined;
  readonly data: Readonly<Record<string, string>>;
}

function valuesOf(shopUrl: string, { contact, order, data }: Parts) {
  const reason = data['reason'] === undefined ? undefined : reasonText(data['reason']);
  const link = order === undefined ? shopUrl : `${shopUrl}/orders/${order.orderId}`;
  return {
    name: contact.name,
    number: order?.number ?? '',
    link,
    shopUrl,
    ...(reason === undefined ? {} : { reason }),
    ...(order === undefined ? {} : { order: orderValues(order) }),
  };
}

/** What the tables of a mail show; what is zero and may be left out is left out. */
function orderValues({ currency, lines, totals }: OrderFacts) {
  const money = (amount: number): string => moneyText(amount, currency);
  return {
    lines: lines.map(({ title, quantity, total }) => ({ title, quantity, total: money(total) })),
    items: money(totals.items),
    ...(totals.discount === 0 ? {} : { discount: money(-totals.discount) }),
    shipping: money(totals.shipping),
    tax: money(totals.tax),
    total: money(totals.total),
  };
}
