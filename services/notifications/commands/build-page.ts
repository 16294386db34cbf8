import { readFile, writeFile } from 'node:fs/promises';

const folder = `${import.meta.dirname}/../templates`;

/** Where the compiled page lies. */
export const pageFile = `${folder}/page.html.hbs`;

/**
 * The page of all mails in HTML, from its MJML; Handlebars expressions pass through. It is compiled when it changes, and never by the service:
 * importing MJML takes 0.6 s and 100 MB. Throws where MJML finds fault with it.
 */
export async function compilePage(): Promise<string> {
  const { default: mjml2html } = await import('mjml');
  const { html, errors } = await mjml2html(await readFile(`${folder}/page.mjml`, 'utf8'), { validationLevel: 'strict' });
  if (errors.length > 0) throw new Error(errors.map(({ formattedMessage }) => formattedMessage).join('\n'));
  return `${html
    .replaceAll(/[ \t]+$/gm, '')
    .replaceAll(/\n{2,}/g, '\n')
    .trim()}\n`;
}

if (import.meta.main) await writeFile(pageFile, await compilePage());
