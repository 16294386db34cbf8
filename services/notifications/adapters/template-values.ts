import { dateText, momentText } from '../domain/locales.ts';
import type { MessageData, Units } from '../domain/message-data.ts';
import { moneyText } from '../domain/money-text.ts';
import { isReasonCode, isWritten } from '../domain/reasons.ts';
import { isForStaff } from '../domain/templates.ts';
import type { TemplateName } from '../domain/templates.ts';
import type { Contact, MessageParts, OrderFacts } from '../ports.ts';
import type { Locales, PageWord } from './locales.ts';

type Locale = ReturnType<Locales['choose']>;

/** What words and pages may show. What is not known, or not to be shown, is null: a name that is missing here is an error in strict templates. */
export function valuesOf(shopUrl: string, locale: Locale, template: TemplateName, { contact, order, data }: MessageParts) {
  const { carrier = null, trackingNumber = null, sku = null, available = null, threshold = null } = data;
  const { path, secret } = isForStaff(template) ? { path: desk(order, sku) } : placeOf(contact, order, data);
  return {
    locale: locale.tag,
    name: contact.name,
    number: order?.number ?? null,
    path,
    // What lets a guest see the order, or a link work, stands behind `#`, which browsers send to nobody.
    link: `${shopUrl}${path}${secret === undefined ? '' : `#${secret}`}`,
    until: contact.link === undefined ? null : momentText(contact.link.expiresAt, locale.format),
    happened: contact.notice === undefined ? null : (locale.notices[contact.notice.kind] ?? locale.notices['other'] ?? null),
    at: contact.notice === undefined ? null : momentText(contact.notice.at, locale.format),
    reason: data.reason !== undefined && isReasonCode(data.reason) ? locale.reasons[data.reason] : null,
    why: data.said === undefined ? whyOf(locale, data.reason) : firstOf(data.said, contact.words),
    // An address that anybody may have named.
    guest: data.requestId !== undefined,
    ...{ sku, title: data.title ?? sku, available, threshold },
    parcel: carrier === null && trackingNumber === null ? null : { carrier, trackingNumber },
    ...(order === undefined ? withoutOrder : orderValues(locale, order, data)),
  };
}

/** The page of the back office on which staff see to it. */
function desk(order: OrderFacts | undefined, sku: string | null): string {
  if (order !== undefined) return `/staff/orders/${order.orderId}`;
  return sku === null ? '/staff' : `/staff/stock?sku=${sku}`;
}

/** The page that a message is about, and what it needs to be let in. */
function placeOf(
  { link, notice, accessKey }: Contact,
  order: OrderFacts | undefined,
  { slug }: MessageData,
): { path: string; secret?: string } {
  if (link !== undefined) return { path: '/account/link', secret: `${link.purpose}.${link.token}` };
  if (notice !== undefined) return { path: '/account/security' };
  if (order === undefined) return { path: slug === undefined ? '/' : `/products/${slug}` };
  return { path: `/orders/${order.orderId}`, ...(accessKey === undefined ? {} : { secret: accessKey }) };
}

export type Values = ReturnType<typeof valuesOf>;

/** What the page around a message shows. */
export function pageWordsOf({ words }: Locale, values: Values) {
  const said = Object.fromEntries(Object.entries(words).map(([name, fill]) => [name, fill(values)])) as Record<PageWord, string>;
  const { locale, parcel, goods, order } = values;
  return { ...{ locale, parcel, goods, order }, words: said, hello: said.hello, footer: said.footer };
}

const withoutOrder = { order: null, total: null, money: null, amount: null, refunded: null, goods: null, rest: false };

function orderValues(locale: Locale, order: OrderFacts, { amount, refunded, lines, money }: MessageData) {
  const text = (value: number): string => moneyText(value, order.currency, locale.format);
  const total = text(order.totals.total);
  return {
    order: tableOf(order, locale.format),
    total,
    money: locale.money[money ?? 'unknown']({ amount: amount === undefined ? total : text(amount) }),
    amount: amount === undefined ? null : text(amount),
    refunded: refunded === undefined || refunded === amount ? null : text(refunded),
    goods: lines === undefined ? null : lines.map(({ sku, quantity }) => ({ quantity, title: titleOf(order, sku) })),
    rest: lines !== undefined && !isWhole(order, lines),
  };
}

/** The order as the tables of a mail show it; a discount of nothing is left out. */
function tableOf({ number, currency, lines, totals, placedAt }: OrderFacts, locale: string) {
  const money = (amount: number): string => moneyText(amount, currency, locale);
  return {
    number,
    date: dateText(placedAt, locale),
    lines: lines.map(({ title, quantity, total }) => ({ title, quantity, total: money(total) })),
    items: money(totals.items),
    discount: totals.discount === 0 ? null : money(-totals.discount),
    shipping: money(totals.shipping),
    tax: money(totals.tax),
    total: money(totals.total),
  };
}

/** Why, as a sentence's part where we know it, as it was written where a person wrote it. */
function whyOf({ reasons }: Locale, reason: string | undefined): string | null {
  if (reason === undefined) return null;
  if (isReasonCode(reason)) return reasons[reason];
  return isWritten(reason) ? reason : null;
}

function firstOf(about: readonly string[], words: Contact['words'] = {}): string | null {
  return about.map((one) => words[one]).find((text) => text !== undefined) ?? null;
}

function titleOf({ lines }: OrderFacts, sku: string): string {
  return lines.find((line) => line.sku === sku)?.title ?? sku;
}

/** Whether these are all units of the order. */
function isWhole({ lines }: OrderFacts, units: readonly Units[]): boolean {
  const count = (of: readonly Units[]): number => of.reduce((sum, { quantity }) => sum + quantity, 0);
  return count(units) >= count(lines);
}
