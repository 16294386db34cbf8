// The cart of this browser. Its id is what admits a guest to it.
import { ApiError, api } from './api.js';

const stored = 'cartwright.cart';

export function cartId() {
  return localStorage.getItem(stored);
}

export function forgetCart() {
  localStorage.removeItem(stored);
  tell({ lines: [] });
}

/** Goes on with another cart, such as the one that an order offers after a decline. */
export function adoptCart(id) {
  localStorage.setItem(stored, id);
}

export async function readCart() {
  const id = cartId();
  if (id === null) return undefined;
  try {
    const cart = await api('GET', `/api/carts/${id}`);
    if (cart.orderId) {
      forgetCart();
      return undefined;
    }
    tell(cart);
    return cart;
  } catch (error) {
    if (!(error instanceof ApiError) || ![403, 404].includes(error.status)) throw error;
    forgetCart();
    return undefined;
  }
}

export async function addToCart(sku, quantity) {
  if (cartId() === null) adoptCart((await api('POST', '/api/carts', {})).id);
  try {
    tell(await api('POST', `/api/carts/${cartId()}/items`, { sku, quantity }));
  } catch (error) {
    if (!(error instanceof ApiError) || !['cart_sealed', 'not_found', 'forbidden', 'cart_not_found'].includes(error.problem.code))
      throw error;
    adoptCart((await api('POST', '/api/carts', {})).id); // the old one belongs to an order, or to somebody else
    tell(await api('POST', `/api/carts/${cartId()}/items`, { sku, quantity }));
  }
}

export async function changeLine(sku, quantity) {
  const path = `/api/carts/${cartId()}/items/${encodeURIComponent(sku)}`;
  tell((await (quantity === 0 ? api('DELETE', path) : api('PATCH', path, { quantity }))) ?? (await api('GET', `/api/carts/${cartId()}`)));
}

function tell(cart) {
  window.dispatchEvent(new CustomEvent('cart', { detail: (cart?.lines ?? []).reduce((sum, line) => sum + line.quantity, 0) }));
}
