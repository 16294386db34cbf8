import { SoftwareAuthenticator } from '@cartwright/auth/test/software-authenticator';
import { importJWK } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import { Client } from 'pg';
import { v7 } from 'uuid';
import { eventually } from '../../privacy/person.ts';
import { runningStack } from '../../stack.ts';
import { everybodysPassword as password } from './ownership.ts';
import type { Ids, Owned } from './ownership.ts';
import { keyPermissions, worthlessTokens } from './principals.ts';
import type { PrincipalName, Signer } from './principals.ts';

/** People at the running stack, and a customer's things. */
export interface People {
  readonly customer: { readonly id: string; readonly email: string };
  readonly tokens: Partial<Record<PrincipalName, string>>;
  /** Opens the customer's order. */
  readonly orderKey: string;
  /** The customer's things, for a request of somebody: what a request may remove is made anew. */
  idsFor(owned: Owned, principal: PrincipalName): Promise<Ids>;
  close(): Promise<void>;
}

interface Granted {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly user: { readonly id: string };
}

const { services, stores, gatewayUrl } = runningStack();
const address = { name: 'Grace', line1: '1 Main Street', city: 'Springfield', region: 'IL', postalCode: '62701', country: 'US' };

async function ask<T>(
  app: string,
  method: string,
  path: string,
  { body, token }: { body?: object; token?: string | undefined } = {},
): Promise<T> {
  const response = await fetch((services[app]?.url ?? '') + path, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answers ${String(response.status)}: ${text}`);
  return (text === '' ? {} : JSON.parse(text)) as T;
}

const register = (email: string): Promise<Granted> =>
  ask('auth', 'POST', '/api/auth/register', { body: { email, password, name: 'Grace Example' } });
const logIn = (email: string, secret: string): Promise<Granted> =>
  ask('auth', 'POST', '/api/auth/login', { body: { email, password: secret } });

/** A product that is for sale, from the seeded catalogue. */
async function someProduct(): Promise<{ readonly productId: string; readonly sku: string }> {
  const { items } = await ask<{ items: { id: string }[] }>('catalog', 'GET', '/api/catalog/products?limit=1');
  const { variants } = await ask<{ variants: { sku: string }[] }>('catalog', 'GET', `/api/catalog/products/${items[0]?.id ?? ''}`);
  return { productId: items[0]?.id ?? '', sku: variants[0]?.sku ?? '' };
}

/** The key that auth signs with at the moment, so that a token that has run out is one that auth might have made. */
async function signerOfAuth(): Promise<Signer> {
  const client = new Client({ connectionString: stores.postgres['auth'] });
  await client.connect();
  try {
    const { rows } = await client.query<{ kid: string; jwk: JWK }>(
      'select kid, private_jwk as jwk from signing_keys where withdrawn_at is null and signs_from <= now() order by signs_from desc limit 1',
    );
    const [row] = rows;
    if (row === undefined) throw new Error('Auth has no key that signs');
    return { kid: row.kid, privateKey: (await importJWK(row.jwk, 'EdDSA')) as CryptoKey };
  } finally {
    await client.end();
  }
}

export async function peopleOf(): Promise<People> {
  const [email, otherEmail] = [`owner-${v7()}@example.test`, `other-${v7()}@example.test`];
  const [customer, other, support, staff, admin, { productId, sku }] = await Promise.all([
    register(email),
    register(otherEmail),
    logIn('support@cartwright.test', 'support-Passw0rd!'),
    logIn('staff@cartwright.test', 'staff-Passw0rd!'),
    logIn('admin@cartwright.test', 'admin-Passw0rd!'),
    someProduct(),
  ]);
  const apiKey = await ask<{ id: string; key: string }>('auth', 'POST', '/api/auth/api-keys', {
    body: { name: 'Authorisation test', permissions: keyPermissions, password: 'admin-Passw0rd!' },
    token: admin.accessToken,
  });
  const tokens: Partial<Record<PrincipalName, string>> = {
    customer: customer.accessToken,
    'other customer': other.accessToken,
    support: support.accessToken,
    staff: staff.accessToken,
    admin: admin.accessToken,
    'API key': apiKey.key,
    ...(await worthlessTokens(await signerOfAuth())),
  };
  const cartOf = async (token: string | undefined): Promise<string> =>
    (await ask<{ id: string }>('orders', 'POST', '/api/carts', { body: { lines: [{ sku, quantity: 1 }] }, token })).id;
  const order = await ask<{ id: string; accessKey: string }>('orders', 'POST', '/api/orders', {
    body: {
      cartId: await cartOf(customer.accessToken),
      email,
      shippingAddress: address,
      shippingMethod: 'standard',
      payment: { provider: 'sandbox', token: 'tok_ok' },
    },
    token: customer.accessToken,
  });
  await eventually(
    'payments has heard of the order by its events',
    () => ask('payments', 'GET', `/api/payments/orders/${order.id}`, { token: customer.accessToken }).catch(() => undefined),
    (found) => found !== undefined,
  );
  const newSession = async (): Promise<string> => (await logIn(email, password)).refreshToken.split('.')[0] ?? '';
  const newAddress = async (): Promise<string> =>
    (await ask<{ id: string }>('auth', 'POST', '/api/auth/me/addresses', { body: address, token: customer.accessToken })).id;
  /** The customer's review of the product; written anew where it was taken back. */
  const review = async (): Promise<string> => {
    const path = `/api/catalog/products/${productId}/reviews`;
    const { review: mine } = await ask<{ review: { id: string } | null }>('catalog', 'GET', `${path}/mine`, {
      token: customer.accessToken,
    });
    if (mine !== null) return mine.id;
    const body = { author: 'Grace Example', rating: 4, text: 'Bright.' };
    return (await ask<{ id: string }>('catalog', 'POST', path, { body, token: customer.accessToken })).id;
  };
  const newPasskey = async (): Promise<string> => {
    const { accessToken: token } = customer;
    const options = await ask<Record<string, unknown>>('auth', 'POST', '/api/auth/me/passkeys/options', { body: { password }, token });
    const response = new SoftwareAuthenticator({ origin: gatewayUrl }).create(options);
    return (await ask<{ id: string }>('auth', 'POST', '/api/auth/me/passkeys', { body: { name: 'Phone', response }, token })).id;
  };
  let ids = {
    ...{ order: order.id, cart: await cartOf(customer.accessToken), session: await newSession(), address: await newAddress() },
    ...{ review: await review(), passkey: await newPasskey(), sku },
  };

  return {
    customer: { id: customer.user.id, email },
    tokens,
    orderKey: order.accessKey,
    async idsFor(owned, principal) {
      if (principal === 'customer' && owned === 'cart') ids = { ...ids, cart: await cartOf(customer.accessToken) };
      if (owned === 'session' && (await ended(ids.session, customer.accessToken))) ids = { ...ids, session: await newSession() };
      if (owned === 'address' && (await forgotten(ids.address, customer.accessToken))) ids = { ...ids, address: await newAddress() };
      if (owned === 'review') ids = { ...ids, review: await review() };
      if (owned === 'passkey' && (await removed(ids.passkey, customer.accessToken))) ids = { ...ids, passkey: await newPasskey() };
      const token = tokens[principal];
      const mayHaveCart = !['invented API key', 'expired token', 'forged signature', 'alg none'].includes(principal);
      return { ...ids, ownCart: mayHaveCart ? await cartOf(token) : v7() };
    },
    async close() {
      await ask('catalog', 'DELETE', `/api/catalog/reviews/${await review()}`, { token: customer.accessToken });
      await ask('auth', 'DELETE', `/api/auth/api-keys/${apiKey.id}`, { token: admin.accessToken });
      await ask('auth', 'DELETE', '/api/auth/me', { body: { password }, token: customer.accessToken });
      await ask('auth', 'DELETE', '/api/auth/me', { body: { password }, token: other.accessToken });
    },
  };
}

async function ended(id: string, token: string): Promise<boolean> {
  const { items } = await ask<{ items: { id: string }[] }>('auth', 'GET', '/api/auth/me/sessions', { token });
  return !items.some((session) => session.id === id);
}

async function forgotten(id: string, token: string): Promise<boolean> {
  const { items } = await ask<{ items: { id: string }[] }>('auth', 'GET', '/api/auth/me/addresses', { token });
  return !items.some((address) => address.id === id);
}

async function removed(id: string, token: string): Promise<boolean> {
  const { items } = await ask<{ items: { id: string }[] }>('auth', 'GET', '/api/auth/me/passkeys', { token });
  return !items.some((passkey) => passkey.id === id);
}
