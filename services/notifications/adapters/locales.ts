import { readFileSync, readdirSync } from 'node:fs';
import { validator } from '@cartwright/kernel/http/validate';
import Handlebars from 'handlebars';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { parse } from 'yaml';
import { chooseLocale, fallbackLocale } from '../domain/locales.ts';
import { moneyOutcomes } from '../domain/message-data.ts';
import { reasonCodes } from '../domain/reasons.ts';
import { templateNames } from '../domain/templates.ts';
import type { TemplateName } from '../domain/templates.ts';

const pageWords = [
  'hello',
  'footer',
  'unsubscribe',
  'order',
  'items',
  'discount',
  'shipping',
  'tax',
  'total',
  'carrier',
  'trackingNumber',
] as const;
export type PageWord = (typeof pageWords)[number];

const closed = { additionalProperties: false };
const Words = Type.String({ minLength: 1 });
const all = <Name extends string>(names: readonly Name[]) =>
  Type.Object(Object.fromEntries(names.map((name) => [name, Words])) as Record<Name, typeof Words>, closed);
const Message = Type.Object({ about: Words, subject: Words, text: Words, button: Words }, closed);
const File = Type.Object(
  {
    words: all(pageWords),
    reasons: all(reasonCodes),
    money: all(moneyOutcomes),
    notices: Type.Intersect([Type.Object({ other: Words }), Type.Record(Type.String(), Words)]),
    messages: Type.Object(Object.fromEntries(templateNames.map((name) => [name, Message])) as Record<TemplateName, typeof Message>, closed),
  },
  closed,
);
const check = validator(File, 'body');

/** Fills words. A value that is not there is an error, never a gap. */
export type Fill = (values: object) => string;

/** A message's words: for HTML with all values escaped, and plain. */
export interface MessageWords {
  /** Of a kind of message, for whoever decides whether they want it. */
  readonly about: Fill;
  readonly subject: Fill;
  readonly html: Fill;
  readonly text: Fill;
  readonly button: Fill;
}

/** A language. */
export interface LocaleWords {
  readonly words: Readonly<Record<PageWord, Fill>>;
  readonly reasons: Static<typeof File>['reasons'];
  /** What happened to an account, by its kind; `other` for those that nobody has words for. */
  readonly notices: Readonly<Record<string, string | undefined>>;
  readonly money: Readonly<Record<keyof Static<typeof File>['money'], Fill>>;
  readonly messages: Readonly<Record<TemplateName, MessageWords>>;
}

export interface Locales {
  /** Tags of the languages that there are. */
  readonly tags: readonly string[];
  /** The words of the dearest wish that there are words for, and how it writes dates and money. */
  choose(...wishes: readonly (string | null | undefined)[]): LocaleWords & { readonly tag: string; readonly format: string };
}

/** Reads every language of a folder, one a file `<tag>.yaml`, and compiles its words once. Throws where one lacks words, or has some too many. */
export function localesFrom(folder: string): Locales {
  const locales = new Map(
    readdirSync(folder).map((file) => {
      const tag = file.replace(/\.yaml$/, '');
      return [tag, localeOf(tag, parse(readFileSync(`${folder}/${file}`, 'utf8')))];
    }),
  );
  const tags = [...locales.keys()];
  if (!locales.has(fallbackLocale)) throw new Error(`There are no words in ${fallbackLocale}`);
  return {
    tags,
    choose(...wishes) {
      const { words: tag, format } = chooseLocale(tags, wishes);
      const found = locales.get(tag);
      if (found === undefined) throw new Error(`There are no words in ${tag}`);
      return { ...found, tag, format };
    },
  };
}

function localeOf(tag: string, content: unknown): LocaleWords {
  try {
    check(content);
  } catch (cause) {
    throw new Error(`The words of ${tag} are not complete`, { cause });
  }
  const { words, reasons, money, notices, messages } = content as Static<typeof File>;
  return {
    words: mapped(words, plain),
    reasons,
    notices,
    money: mapped(money, plain),
    messages: mapped(messages, ({ about, subject, text, button }) => ({
      about: plain(about),
      subject: plain(subject),
      html: Handlebars.compile<object>(text, { strict: true }),
      text: plain(text.replaceAll(/<\/?strong>/g, '')),
      button: plain(button),
    })),
  };
}

function plain(words: string): Fill {
  return Handlebars.compile<object>(words, { strict: true, noEscape: true });
}

function mapped<Name extends string, From, To>(from: Readonly<Record<Name, From>>, to: (one: From) => To): Record<Name, To> {
  return Object.fromEntries(Object.entries<From>(from).map(([name, one]) => [name, to(one)])) as Record<Name, To>;
}
