// The cart of this browser. A guest's is admitted by its id alone; who is signed in finds theirs on every device.
import { ApiError, api, session } from './api.js';

const stored = 'cartwright.cart';
/** What has to be done before the cart can be told: a guest's joins that of the customer who signs in. */
let joining = Promise.resolve();
let user = session()?.user.id;

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
  await joining;
  if (cartId() === null && session() !== null) await findMine();
  const id = cartId();
  if (id === null) return undefined;
  const cart = await orNothing(api('GET', `/api/carts/${id}`));
  if (cart === undefined || cart.orderId) {
    forgetCart();
    return undefined;
  }
  tell(cart);
  return cart;
}

export async function addToCart(sku, quantity) {
  await joining;
  if (cartId() === null) await beginCart();
  try {
    tell(await api('POST', `/api/carts/${cartId()}/items`, { sku, quantity }));
  } catch (error) {
    if (!(error instanceof ApiError) || !['cart_sealed', 'not_found', 'forbidden', 'cart_not_found'].includes(error.problem.code))
      throw error;
    await beginCart(); // the old one belongs to an order, or to somebody else
    tell(await api('POST', `/api/carts/${cartId()}/items`, { sku, quantity }));
  }
}

export async function changeLine(sku, quantity) {
  const path = `/api/carts/${cartId()}/items/${encodeURIComponent(sku)}`;
  tell((await (quantity === 0 ? api('DELETE', path) : api('PATCH', path, { quantity }))) ?? (await api('GET', `/api/carts/${cartId()}`)));
}

/** Puts a code on the cart, or with null takes it off; answers the cart, which says whether the code counts. */
export async function setCoupon(code) {
  const cart = await api('POST', `/api/carts/${cartId()}/coupon`, { code });
  tell(cart);
  return cart;
}

async function beginCart() {
  adoptCart((await api('POST', session() === null ? '/api/carts' : '/api/carts/current', {})).id);
}

async function findMine() {
  const mine = await api('GET', '/api/carts/current?optional=true');
  if (mine !== undefined) adoptCart(mine.id);
}

/** What was put into the cart before signing in is not lost, and neither is what is in the customer's cart already. */
async function join() {
  const guests = cartId() === null ? undefined : await orNothing(api('GET', `/api/carts/${cartId()}`));
  if (guests === undefined || guests.lines.length === 0) localStorage.removeItem(stored);
  else {
    const mine = await api('POST', '/api/carts/current', { currency: guests.currency });
    if (mine.id === guests.id) return;
    try {
      tell(await api('POST', `/api/carts/${mine.id}/merge`, { from: guests.id }));
    } catch (error) {
      if (error instanceof ApiError && error.problem.code === 'cart_sealed') return adoptCart(mine.id); // it was ordered meanwhile
      throw error; // such as another currency: the guest's cart stays the one of this browser
    }
    adoptCart(mine.id);
  }
  await readMine();
}

async function readMine() {
  if (cartId() === null) await findMine();
  const id = cartId();
  if (id !== null) tell(await orNothing(api('GET', `/api/carts/${id}`)));
}

async function orNothing(answer) {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof ApiError) || ![403, 404].includes(error.status)) throw error;
    return undefined;
  }
}

function tell(cart) {
  window.dispatchEvent(new CustomEvent('cart', { detail: (cart?.lines ?? []).reduce((sum, line) => sum + line.quantity, 0) }));
}

window.addEventListener('session', () => {
  const now = session()?.user.id;
  if (now === user) return; // tokens were renewed
  user = now;
  if (now === undefined) forgetCart();
  // Where that fails the guest's cart stays the one of this browser: nothing is lost.
  else joining = join().catch(() => undefined);
});
