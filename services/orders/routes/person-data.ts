import type { ReadPersonData } from '@cartwright/kernel/http/person-data';
import type { Carts, CustomerCarts, Orders } from '../ports.ts';
import { historyEntry, orderDetails } from './views.ts';

/** Orders a page; each is read with its history. */
const pageLength = 25;

export interface PersonDataParts {
  readonly orders: Pick<Orders, 'list' | 'findWithContact' | 'history'>;
  readonly carts: Pick<Carts, 'cart'>;
  readonly customerCarts: Pick<CustomerCarts, 'currentOf'>;
}

/** What orders holds about a customer: orders with whom they were for and what happened to them, and the cart of the moment. */
export function customersData({ orders, carts, customerCarts }: PersonDataParts): ReadPersonData {
  return async (customerId, after) => {
    const found = await orders.list({ customerId, limit: pageLength, ...(after === undefined ? {} : { afterId: after }) });
    const whole = await Promise.all(
      found.map(async (stored) => {
        const [withContact, history] = await Promise.all([orders.findWithContact(stored.order.id), orders.history(stored.order.id)]);
        return { ...orderDetails(stored, withContact?.contact), events: history.map((recorded) => historyEntry(stored, recorded)) };
      }),
    );
    const next = found.length < pageLength ? null : (found.at(-1)?.order.id ?? null);
    if (after !== undefined) return { data: { orders: whole }, next };
    const cartId = await customerCarts.currentOf(customerId);
    const cart = cartId === undefined ? null : await carts.cart(cartId).view(null);
    return { data: { orders: whole, carts: cart === null ? [] : [cart] }, next };
  };
}
