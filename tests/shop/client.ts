import { setTimeout as delay } from 'node:timers/promises';

export interface Placed {
  readonly id: string;
  readonly number: string;
  readonly accessKey: string;
}

export interface OrderView {
  readonly id: string;
  readonly number: string;
  readonly status: string;
  readonly paymentStatus: string;
  readonly retryCartId: string | null;
  readonly totals: { readonly total: { readonly amount: number; readonly currency: string } };
}

export interface Granted {
  readonly user: { readonly id: string };
  readonly accessToken: string;
  readonly refreshToken: string;
}

export interface Line {
  readonly sku: string;
  readonly quantity: number;
}

export const finalStatuses = ['confirmed', 'rejected', 'payment_failed', 'cancelled'];

/** An answer that is no success, with the problem that the shop gave. */
export class ShopError extends Error {
  override readonly name = 'ShopError';
  readonly status: number;
  readonly problem: Readonly<Record<string, unknown>>;

  constructor(what: string, status: number, problem: Readonly<Record<string, unknown>>) {
    super(`${what} answers ${String(status)} ${textOf(problem['code'])} ${textOf(problem['detail'])}`);
    this.status = status;
    this.problem = problem;
  }
}

const address = { name: 'Grace Example', line1: '1 Main Street', city: 'Springfield', region: 'IL', postalCode: '62701', country: 'US' };

/** A customer at a shop, as a browser would be: through one address. */
export class Customer {
  readonly #url: string;
  #token: string | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  async ask<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
    const response = await fetch(this.#url + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    });
    const text = await response.text();
    const answer = (text === '' ? {} : JSON.parse(text)) as T;
    if (!response.ok) throw new ShopError(`${method} ${path}`, response.status, answer as Record<string, unknown>);
    return answer;
  }

  async register(email: string, name: string): Promise<void> {
    await this.enter('/api/auth/register', { email, password: 'demo-Passw0rd!', name });
  }

  async logIn(email: string, password: string): Promise<void> {
    await this.enter('/api/auth/login', { email, password });
  }

  /** Gets tokens; from here on requests carry the new one. */
  async enter(path: string, body: object, headers: Record<string, string> = {}): Promise<Granted> {
    this.#token = undefined; // one that has expired would be refused, here too
    const granted = await this.ask<Granted>('POST', path, body, headers);
    this.#token = granted.accessToken;
    return granted;
  }

  async fillCart(lines: readonly Line[]): Promise<string> {
    const { id } = await this.ask<{ id: string }>('POST', '/api/carts', {});
    for (const line of lines) await this.ask('POST', `/api/carts/${id}/items`, line);
    return id;
  }

  placeOrder(cartId: string, email: string, token: string): Promise<Placed> {
    return this.ask<Placed>('POST', '/api/orders', {
      cartId,
      email,
      shippingAddress: address,
      shippingMethod: 'standard',
      payment: { provider: 'sandbox', token },
    });
  }

  readOrder({ id, accessKey }: Placed): Promise<OrderView> {
    return this.ask<OrderView>('GET', `/api/orders/${id}`, undefined, { 'order-key': accessKey });
  }

  /** Follows an order until it is settled; `everyMs` is how often it asks. */
  async untilSettled(placed: Placed, { withinMs = 120_000, everyMs = 20 } = {}): Promise<OrderView> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const order = await this.readOrder(placed);
      if (finalStatuses.includes(order.status)) return order;
      if (Date.now() > deadline) throw new Error(`Order ${placed.number} is still ${order.status} after ${String(withinMs)} ms`);
      await delay(everyMs);
    }
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
