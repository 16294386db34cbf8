import type { PrincipalName } from './principals.ts';

/** Things that belong to somebody, and are named by the path or the body of a request. */
export type Owned = 'order' | 'payment' | 'cart' | 'session' | 'address' | 'review' | 'passkey';

/** Who reaches the customer's things. Everybody else is told that there are none. */
export const reach: Readonly<Record<Owned, readonly PrincipalName[]>> = {
  order: ['guest key', 'customer', 'support', 'staff', 'admin', 'API key'],
  payment: ['customer', 'support', 'staff', 'admin', 'API key'],
  cart: ['customer'],
  session: ['customer'],
  address: ['customer'],
  review: ['customer'],
  passkey: ['customer'],
};

/** The customer's things, as requests name them. `returnId` and the like are of nothing: that comes after the question whose order it is. */
export interface Ids {
  readonly order: string;
  readonly cart: string;
  readonly session: string;
  readonly address: string;
  readonly review: string;
  readonly passkey: string;
  readonly sku: string;
  /** A cart of whoever asks. */
  readonly ownCart: string;
}

/** A request for one of the customer's things. */
export interface Asking {
  readonly owned: Owned;
  /** What the parameters of the path stand for; `id` is that of the thing unless told. */
  readonly params?: (ids: Ids) => Readonly<Record<string, string>>;
  readonly body?: (ids: Ids) => object;
}

/**
 * What is at stake where a route's declared rule lets in more people than may reach everything.
 * - `public`: nothing of anybody's.
 * - `own`: only the caller's own, whom the token names; nothing in the request names anybody else.
 * - `proof`: the request proves its right itself: by a password, a token, a signature, or an id that nobody can guess.
 * - `local`: not there in production.
 */
export type AtStake = 'public' | 'own' | 'proof' | 'local' | readonly [Asking, ...Asking[]];

const address = { name: 'Mallory', line1: '2 Side Street', city: 'Springfield', region: 'IL', postalCode: '62701', country: 'US' };
/** Of the people whom the test makes. */
export const everybodysPassword = 'a right long Passphrase';
const order: readonly [Asking] = [{ owned: 'order' }];
const cartLine: Asking = { owned: 'cart', params: ({ cart, sku }) => ({ id: cart, sku }) };

/** One row for each route that is declared `anyone` or `signed-in`. A route without one fails the test. */
export const ownership: Readonly<Record<string, AtStake>> = {
  'POST /api/auth/register': 'public',
  'POST /api/auth/login': 'proof',
  'POST /api/auth/login/second-factor': 'proof',
  'POST /api/auth/refresh': 'proof',
  'POST /api/auth/logout': 'proof',
  'POST /api/auth/password/forgot': 'public',
  'POST /api/auth/password/reset': 'proof',
  'POST /api/auth/email/verify': 'proof',
  'GET /api/auth/.well-known/jwks.json': 'public',
  'GET /api/auth/me': 'own',
  'PATCH /api/auth/me': 'own',
  'DELETE /api/auth/me': 'own',
  'POST /api/auth/me/email/verification': 'own',
  'POST /api/auth/me/email': 'own',
  'GET /api/auth/me/email/change': 'own',
  'DELETE /api/auth/me/email/change': 'own',
  'GET /api/auth/me/security-events': 'own',
  'POST /api/auth/me/export': 'own',
  'GET /api/auth/me/export': 'own',
  'GET /api/auth/me/export/document': 'own',
  'GET /api/auth/me/sessions': 'own',
  'DELETE /api/auth/me/sessions/:id': [{ owned: 'session' }],
  'GET /api/auth/me/second-factor': 'own',
  'POST /api/auth/me/second-factor': 'own',
  'POST /api/auth/me/second-factor/confirm': 'own',
  'POST /api/auth/me/second-factor/recovery-codes': 'own',
  'DELETE /api/auth/me/second-factor': 'own',
  'GET /api/auth/me/passkeys': 'own',
  'POST /api/auth/me/passkeys/options': 'own',
  'POST /api/auth/me/passkeys': 'own',
  'PATCH /api/auth/me/passkeys/:id': [{ owned: 'passkey', body: () => ({ name: 'Mine' }) }],
  'DELETE /api/auth/me/passkeys/:id': [{ owned: 'passkey', body: () => ({ password: everybodysPassword }) }],
  'POST /api/auth/login/passkey/options': 'public',
  'POST /api/auth/login/passkey': 'proof',
  'GET /api/auth/me/addresses': 'own',
  'POST /api/auth/me/addresses': 'own',
  'PUT /api/auth/me/addresses/:id': [{ owned: 'address', body: () => address }],
  'DELETE /api/auth/me/addresses/:id': [{ owned: 'address' }],

  'GET /api/catalog/search': 'public',
  'POST /api/catalog/search/clicks': 'public',
  'GET /api/catalog/suggest': 'public',
  'GET /api/catalog/products': 'public',
  'GET /api/catalog/products/:idOrSlug': 'public',
  'GET /api/catalog/media/:id': 'public',
  'GET /api/catalog/media/:id/:file': 'public',
  'GET /api/catalog/brands': 'public',
  'GET /api/catalog/tags': 'public',
  'GET /api/catalog/categories': 'public',
  'GET /api/catalog/categories/:slug/schema': 'public',
  'GET /api/catalog/products/:id/related': 'public',
  'GET /api/catalog/products/:id/recommendations': 'public',
  'POST /api/catalog/products/:id/views': 'public',
  'GET /api/catalog/recommendations': 'public',
  'GET /api/catalog/products/:id/reviews': 'public',
  'POST /api/catalog/products/:id/reviews': 'own',
  'GET /api/catalog/products/:id/reviews/mine': 'own',
  'PATCH /api/catalog/reviews/:id': [{ owned: 'review', body: () => ({ rating: 4 }) }],
  'DELETE /api/catalog/reviews/:id': [{ owned: 'review' }],
  'PUT /api/catalog/reviews/:id/vote': 'own',
  'DELETE /api/catalog/reviews/:id/vote': 'own',
  'PUT /api/catalog/reviews/:id/report': 'own',

  'POST /api/carts': 'own',
  'GET /api/carts/current': 'own',
  'POST /api/carts/current': 'own',
  'GET /api/carts/:id': [{ owned: 'cart' }],
  'POST /api/carts/:id/items': [{ owned: 'cart', body: ({ sku }) => ({ sku, quantity: 1 }) }],
  'PATCH /api/carts/:id/items/:sku': [{ ...cartLine, body: () => ({ quantity: 2 }) }],
  'DELETE /api/carts/:id/items/:sku': [cartLine],
  'POST /api/carts/:id/coupon': [{ owned: 'cart', body: () => ({ code: null }) }],
  'POST /api/carts/:id/quote': [
    {
      owned: 'cart',
      body: () => ({ shippingAddress: { country: 'US', region: 'IL', postalCode: '62701' }, shippingMethod: 'standard' }),
    },
  ],
  'POST /api/carts/:id/merge': [
    { owned: 'cart', body: ({ ownCart }) => ({ from: ownCart }) },
    { owned: 'cart', params: ({ ownCart }) => ({ id: ownCart }), body: ({ cart }) => ({ from: cart }) },
  ],

  'POST /api/orders': [
    {
      owned: 'cart',
      body: ({ cart }) => ({
        cartId: cart,
        email: 'mallory@example.test',
        shippingAddress: address,
        shippingMethod: 'standard',
        payment: { provider: 'sandbox', token: 'tok_ok' },
      }),
    },
  ],
  'GET /api/orders': 'own',
  'POST /api/orders/:id/key': 'proof',
  'GET /api/orders/:id': order,
  'GET /api/orders/:id/events': order,
  'GET /api/orders/:id/stream': order,
  'GET /api/orders/:id/versions/:version': [{ owned: 'order', params: ({ order: id }) => ({ id, version: '1' }) }],
  'POST /api/orders/:id/cancel': order,
  'POST /api/orders/:id/returns': [{ owned: 'order', body: ({ sku }) => ({ lines: [{ sku, quantity: 1 }], reason: 'does not fit' }) }],

  'GET /api/payments/orders/:orderId': [{ owned: 'payment', params: ({ order: orderId }) => ({ orderId }) }],
  'POST /api/payments/sandbox/:orderId/complete': 'proof',
  'POST /api/payments/webhooks/stripe': 'proof',

  'GET /api/inventory': 'public',
  'GET /api/inventory/:sku': 'public',

  'GET /api/notifications': 'own',
  'GET /api/notifications/stream': 'own',
  'POST /api/notifications/read': 'own',
  'GET /api/notifications/events': 'public',
  'GET /api/notifications/unsubscribe': 'proof',
  'POST /api/notifications/unsubscribe': 'proof',
  'DELETE /api/notifications/unsubscribe': 'proof',
  'GET /api/notifications/preferences': 'own',
  'PUT /api/notifications/preferences': 'own',
  'POST /api/notifications/back-in-stock': 'own',
  'GET /api/notifications/back-in-stock': 'own',
  'DELETE /api/notifications/back-in-stock/:sku': 'own',
  'POST /api/notifications/webhooks/sendgrid': 'proof',
  'POST /api/notifications/webhooks/twilio': 'proof',
  'GET /api/notifications/mailbox': 'local',
};
