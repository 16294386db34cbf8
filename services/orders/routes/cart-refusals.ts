import { ActorError } from '@cartwright/actor-host/actor-error';
import type { CartRefusal } from '@cartwright/cart/rules';
import { conflict, invalidField, notFound } from '@cartwright/kernel/http/problem';
import type { Problem } from '@cartwright/kernel/http/problem';

/** What the client is told when the Cart actor refuses. */
const refusals: Readonly<Record<CartRefusal, (error: ActorError) => Problem>> = {
  cart_not_found: () => notFound('cart'),
  cart_exists: ({ message }) => conflict('cart_exists', message),
  cart_sealed: ({ message, details }) => conflict('cart_sealed', message, { orderId: details['orderId'] }),
  line_not_found: () => notFound('line'),
  too_many_lines: ({ message }) => invalidField('/sku', 'maxItems', message),
  quantity_too_large: ({ message }) => invalidField('/quantity', 'maximum', message),
  currency_differs: ({ message }) => invalidField('/sku', 'currency', message),
  owner_differs: () => notFound('cart'),
  cart_empty: ({ message }) => invalidField('/cartId', 'minItems', message),
};

/** Runs what calls a cart; its refusals become problems. */
export async function refusable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ActorError && Object.hasOwn(refusals, error.code)) throw refusals[error.code as CartRefusal](error);
    throw error;
  }
}
