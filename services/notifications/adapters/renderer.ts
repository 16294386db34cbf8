import { readFileSync, readdirSync } from 'node:fs';
import Handlebars from 'handlebars';
import { subjectOf, templateNames } from '../domain/templates.ts';
import type { Renderer } from '../ports.ts';
import { valuesOf } from './template-values.ts';

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
      if (channel === 'sms') return { subject, html: null, text: textMessage(subject, values) };
      return { subject, html: fills.html({ ...values, subject }), text: fills.text({ ...values, subject }) };
    },
  };
}

/** A text of the phone: what the subject says, with what a parcel can be followed by. */
function textMessage(subject: string, { parcel, link }: { readonly parcel?: string; readonly link: string }): string {
  return `Cartwright: ${subject}. ${parcel === undefined ? '' : `${parcel}. `}${link}`;
}
