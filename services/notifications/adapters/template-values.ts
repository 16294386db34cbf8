import type { MessageData, Units } from '../domain/message-data.ts';
import { moneyOutcomeText, moneyText } from '../domain/money-text.ts';
import { reasonText, writtenReason } from '../domain/reasons.ts';
import type { Contact, OrderFacts } from '../ports.ts';

export interface MessageParts {
  readonly contact: Contact;
  readonly order: OrderFacts | undefined;
  readonly data: MessageData;
}

/** What templates may show; what is not known is missing. */
export function valuesOf(shopUrl: string, { contact, order, data }: MessageParts) {
  const link = order === undefined ? shopUrl : `${shopUrl}/orders/${order.orderId}`;
  const { carrier, trackingNumber } = data;
  return {
    name: contact.name,
    number: order?.number ?? '',
    link,
    shopUrl,
    ...defined('reason', data.reason === undefined ? undefined : reasonText(data.reason)),
    ...defined('why', data.reason === undefined ? undefined : writtenReason(data.reason)),
    ...defined('parcel', [carrier, trackingNumber].filter(Boolean).join(' ') || undefined),
    ...defined('carrier', carrier),
    ...defined('trackingNumber', trackingNumber),
    ...(order === undefined ? {} : orderValues(order, data)),
  };
}

function orderValues(order: OrderFacts, { amount, refunded, lines, money }: MessageData) {
  const { currency, totals } = order;
  const text = (value: number): string => moneyText(value, currency);
  return {
    order: tableOf(order),
    total: text(totals.total),
    money: moneyOutcomeText(money, text(amount ?? totals.total)),
    ...defined('amount', amount === undefined ? undefined : text(amount)),
    ...(refunded === undefined || refunded === amount ? {} : { refunded: text(refunded) }),
    ...defined(
      'goods',
      lines?.map(({ sku, quantity }) => ({ quantity, title: titleOf(order, sku) })),
    ),
    ...(lines !== undefined && !isWhole(order, lines) ? { rest: true } : {}),
  };
}

/** What the tables of a mail show; what is zero and may be left out is left out. */
function tableOf({ currency, lines, totals }: OrderFacts) {
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

function titleOf({ lines }: OrderFacts, sku: string): string {
  return lines.find((line) => line.sku === sku)?.title ?? sku;
}

/** Whether these are all units of the order. */
function isWhole({ lines }: OrderFacts, units: readonly Units[]): boolean {
  const count = (of: readonly Units[]): number => of.reduce((sum, { quantity }) => sum + quantity, 0);
  return count(units) >= count(lines);
}

function defined<Name extends string, Value>(name: Name, value: Value | undefined): Partial<Record<Name, Value>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, Value>);
}
