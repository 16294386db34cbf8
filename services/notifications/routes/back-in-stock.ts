import { customerOf } from '@cartwright/kernel/http/access';
import type { Principal } from '@cartwright/kernel/http/access';
import { firstLanguage } from '@cartwright/kernel/http/language';
import { pageOf, pageQuery, toPage } from '@cartwright/kernel/http/page';
import { Problem, conflict, invalidField, notFound } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Email, Locale, Sku, Timestamp } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import type { BackInStockRequests, ShopFacts, Waiter } from '../alert-ports.ts';
import { channelsFor } from '../domain/preferences.ts';
import type { PreferencesStore } from '../ports.ts';
import { before } from './deliveries.ts';
import { ChannelName, closed } from './schemas.ts';

export interface BackInStockParts {
  readonly backInStock: Pick<BackInStockRequests, 'keep' | 'undo' | 'withdraw' | 'list'>;
  readonly facts: Pick<ShopFacts, 'skuNamed' | 'available'>;
  readonly preferences: Pick<PreferencesStore, 'of'>;
}

const path = '/api/notifications/back-in-stock';
const tags = ['back in stock'];

const Asked = Type.Object(
  {
    sku: Sku,
    email: Type.Optional(
      Type.String({ ...Email, description: 'Of a guest, and needed of them; users are told at the address of their account' }),
    ),
    locale: Type.Optional(Locale),
  },
  closed,
);
const Answer = Type.Object(
  { sku: Sku, channels: Type.Array(ChannelName, { description: 'How you will be told, by your preferences' }) },
  closed,
);
const RequestView = Type.Object(
  { sku: Sku, title: Type.String(), slug: Type.String({ description: 'Of its product' }), createdAt: Timestamp, expiresAt: Timestamp },
  closed,
);

/** Asking to be told when what is sold out can be bought again. */
export function backInStockRoutes({ backInStock, facts, preferences }: BackInStockParts): Route[] {
  return [
    route({
      method: 'POST',
      path,
      summary: 'Asks to be told, once, when a SKU that is sold out can be bought again; asked twice, it is kept once',
      tags,
      access: 'anyone',
      body: Asked,
      responses: { 202: Answer, 404: Problem, 409: Problem, 422: Problem },
      handle: async ({ principal, body: { sku, email, locale }, headers }) => {
        const waiter = waiterOf(principal, email);
        const named = await facts.skuNamed(sku);
        if (named === undefined) throw notFound('SKU for sale', sku);
        const kept = await backInStock.keep(waiter, { ...named, sku, locale: locale ?? firstLanguage(headers['accept-language']) });
        // Asked after it was kept: what comes back from now on is told, what came before is seen here.
        const available = await facts.available(sku);
        if (available === undefined || available > 0) {
          if (kept !== undefined) await backInStock.undo(kept);
          throw conflict('not_sold_out', available === undefined ? `Of ${sku} there never was a stock` : `${sku} can be bought now`);
        }
        if ('email' in waiter) {
          // Always the same: whether an address is known here, or wants no mails, is nobody's business.
          return { status: 202, body: { sku, channels: ['email'] }, headers: { 'cache-control': 'no-store' } };
        }
        if (kept === undefined) throw conflict('too_many_requests', 'You wait for as many as one may: take some back first');
        const channels = channelsFor('back-in-stock', await preferences.of(waiter.userId));
        return { status: 202, body: { sku, channels }, headers: { 'cache-control': 'no-store' } };
      },
    }),
    route({
      method: 'GET',
      path,
      summary: 'What you wait for, the newest first',
      tags,
      access: 'signed-in',
      query: Type.Object({ ...pageQuery, sku: Type.Optional(Sku) }, closed),
      responses: { 200: pageOf(RequestView) },
      handle: async ({ principal: { userId }, query: { limit = 20, cursor, sku } }) => {
        const rows = await backInStock.list(userId, { ...before(cursor), ...(sku === undefined ? {} : { sku }), limit: limit + 1 });
        const view = ({ id: _, ...shown }: (typeof rows)[number]) => shown;
        return { body: toPage(rows, limit, ({ id }) => [id], view) };
      },
    }),
    route({
      method: 'DELETE',
      path: `${path}/:sku`,
      summary: 'Takes a request back',
      tags,
      access: 'signed-in',
      params: Type.Object({ sku: Sku }, closed),
      responses: { 204: null, 404: Problem },
      handle: async ({ principal: { userId }, params: { sku } }) => {
        if (!(await backInStock.withdraw(userId, sku))) throw notFound('request of yours for SKU', sku);
        return { status: 204 };
      },
    }),
  ];
}

/** Who asks: users for themselves; anybody else by the address that they name. */
function waiterOf(principal: Principal | null, email: string | undefined): Waiter {
  const userId = customerOf(principal);
  if (userId === null) {
    if (email === undefined) throw invalidField('/email', 'required', 'is needed of those who are not signed in');
    return { email };
  }
  if (email !== undefined) throw invalidField('/email', 'account', 'is for guests: you are told at the address of your account');
  return { userId };
}
