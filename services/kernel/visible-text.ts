import { Type } from 'typebox';
import type { TString } from 'typebox';

/**
 * Characters that show nothing: blanks, control characters, the braille pattern without dots, a note without a head, and what Unicode calls
 * default ignorable, such as zero-width spaces, Hangul fillers and selectors of variants. As ranges, since not every program that reads our
 * OpenAPI documents knows Unicode's properties; those beyond U+FFFF stand for themselves, because the ways to write them differ.
 */
const unseen = [
  '\\s\\u0000-\\u001F\\u007F-\\u009F\\u00AD\\u034F\\u061C\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u206F',
  '\\u2800\\u3164\\uFE00-\\uFE0F\\uFEFF\\uFFA0\\uFFF0-\\uFFFB\u{1BCA0}-\u{1BCA3}\u{1D159}\u{1D173}-\u{1D17A}\u{E0000}-\u{E0FFF}',
].join('');

/** What a text holds where a person can see something of it. */
export const visiblePattern = `[^${unseen}]`;

/** A text for people, such as a name, a title or a reason: never empty, and never of what cannot be seen alone. */
export function visibleText(maxLength: number, options: { readonly description?: string } = {}): TString {
  return Type.String({ minLength: 1, maxLength, pattern: visiblePattern, ...options });
}

/** Of what cannot be seen, what may not be in one line: control characters, separators of lines, and what turns the direction of a text around. */
const breaking = '\\u0000-\\u001F\\u007F-\\u009F\\u2028-\\u202E\\u2066-\\u2069';

/** The rest of it. */
const blank = [
  ' \\u00A0\\u00AD\\u034F\\u061C\\u115F\\u1160\\u1680\\u17B4\\u17B5\\u180B-\\u180F\\u2000-\\u200F\\u202F\\u205F-\\u2065\\u206A-\\u206F',
  '\\u2800\\u3000\\u3164\\uFE00-\\uFE0F\\uFEFF\\uFFA0\\uFFF0-\\uFFFB\u{1BCA0}-\u{1BCA3}\u{1D159}\u{1D173}-\u{1D17A}\u{E0000}-\u{E0FFF}',
].join('');

/** One line of which something can be seen. Nothing in it can be matched in two ways, so that a long text is no work. */
export const visibleLinePattern = `^[${blank}]*${visiblePattern}[^${breaking}]*$`;

/** What mail programs make a link of. */
const linkPattern = '://|[Ww][Ww][Ww]\\.';

/**
 * A person's name: one line without an address of the web. It is read in mails that go to addresses nobody has confirmed yet, so that anybody
 * could have the shop send a stranger what they like.
 */
export function personName(maxLength: number): TString {
  return Type.String({
    minLength: 1,
    maxLength,
    pattern: visibleLinePattern,
    not: { pattern: linkPattern },
    description: 'One line without control characters and without a web address',
  });
}
