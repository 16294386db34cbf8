import { IdempotencyHeaders, idempotent } from '@cartwright/kernel/http/idempotency';
import { Problem, conflict, notFound, unprocessable } from '@cartwright/kernel/http/problem';
import { decodeCursor, pageOf, pageQuery, toPage } from '@cartwright/kernel/http/page';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { MinorUnits, Money, Sku, Timestamp, Uuid } from '@cartwright/kernel/schemas';
import type { Database } from '@cartwright/kernel/postgres/database';
import { visibleText } from '@cartwright/kernel/visible-text';
import { Type } from 'typebox';
import { v7 } from 'uuid';
import { PriceRule } from '../domain/price-rule.ts';
import { Slug } from '../domain/product.ts';
import { TooMany, UnknownSkus } from '../price-ports.ts';
import type { PriceChange, PriceChangeItem, PriceChanges } from '../price-ports.ts';

const closed = { additionalProperties: false };
const readers = { permission: 'products.read' } as const;
const staff = { permission: 'products.write' } as const;
const tags = ['prices'];
const byId = Type.Object({ id: Uuid }, closed);
const text = (maxLength: number) => Type.Optional(Type.String({ minLength: 1, maxLength }));
const Selection = Type.Union([
  Type.Object({ skus: Type.Array(Sku, { minItems: 1, maxItems: 1000, uniqueItems: true }) }, closed),
  Type.Object(
    {
      category: Type.Optional(Slug),
      brand: text(100),
      tag: text(50),
      sellerId: text(100),
      minPrice: Type.Optional(MinorUnits),
      maxPrice: Type.Optional(MinorUnits),
    },
    { ...closed, minProperties: 1, description: 'Products that meet all of it; prices are those of the cheapest variant' },
  ),
]);
const Change = Type.Object({ selection: Selection, ...PriceRule.properties, reason: visibleText(200) }, closed);
const State = Type.Union(['preview', 'applying', 'applied', 'cancelled'].map((state) => Type.Literal(state)));
const ItemState = Type.Union([Type.Literal('pending'), Type.Literal('applied'), Type.Literal('skipped'), Type.Literal('impossible')]);
const count = Type.Integer();
const ChangeView = Type.Object({
  id: Uuid,
  author: Uuid,
  reason: Type.String(),
  selection: Selection,
  rule: PriceRule,
  state: State,
  createdAt: Timestamp,
  finishedAt: Type.Union([Timestamp, Type.Null()]),
  counts: Type.Object(
    { total: count, lower: count, higher: count, same: count, impossible: count, pending: count, applied: count, skipped: count },
    { description: 'skipped: the price was another than the one that was shown; impossible: the rule makes no price of it' },
  ),
});
const ItemView = Type.Object({
  productId: Uuid,
  sku: Sku,
  title: Type.String(),
  before: Money,
  after: Type.Union([Money, Type.Null()]),
  state: ItemState,
  appliedAt: Type.Union([Timestamp, Type.Null()]),
});

export interface PriceChangeParts {
  readonly database: Database;
  readonly priceChanges: PriceChanges;
  readonly priceChanger: { readonly wake: () => void; drain(): Promise<void> };
}

/** Many prices at once: what would become of each is shown first, and applied as it was shown. */
export function priceChangeRoutes({ database, priceChanges, priceChanger }: PriceChangeParts): Route[] {
  async function known(id: string): Promise<PriceChange> {
    const change = await priceChanges.byId(id);
    if (change === undefined) throw notFound('price change', id);
    return change;
  }

  /** To the next state, or 409 that tells the one it is in. Asking again for what is done already is no mistake. */
  async function moved(id: string, from: readonly PriceChange['state'][], to: PriceChange['state']): Promise<PriceChange> {
    const done = await priceChanges.move(id, from, to);
    const change = await known(id);
    if (!done && change.state !== to && !(to === 'applying' && change.state === 'applied'))
      throw conflict('wrong_state', `The price change is ${change.state}`, { state: change.state });
    return change;
  }

  return [
    route({
      method: 'POST',
      path: '/api/catalog/price-changes',
      summary: 'Write down what would become of many prices; nothing changes yet',
      tags,
      access: staff,
      requestHeaders: IdempotencyHeaders,
      body: Change,
      responses: { 201: ChangeView, 422: Problem },
      handle: async (request) => {
        const { selection, reason, ...rule } = request.body;
        const id = v7();
        try {
          return await idempotent(database, request, { scope: 'price-changes.create' }, async (unit) => {
            const change = await priceChanges.create(unit, { id, author: request.principal.userId, reason, selection, rule });
            return { status: 201, body: change, headers: { location: `/api/catalog/price-changes/${id}` } };
          });
        } catch (error) {
          if (error instanceof TooMany) throw unprocessable('too_many', error.message);
          if (!(error instanceof UnknownSkus) || !('skus' in selection)) throw error;
          const errors = error.skus.slice(0, 20).map((sku) => ({
            field: `/selection/skus/${String(selection.skus.indexOf(sku))}`,
            rule: 'exists',
            message: `${sku} is no variant`,
          }));
          throw unprocessable('unknown_skus', error.message, errors);
        }
      },
    }),
    route({
      method: 'GET',
      path: '/api/catalog/price-changes',
      summary: 'Price changes, the newest first',
      tags,
      access: readers,
      query: Type.Object(pageQuery, closed),
      responses: { 200: pageOf(ChangeView) },
      handle: async ({ query: { limit = 20, cursor } }) => {
        const before = cursor === undefined ? undefined : String(decodeCursor(cursor, ['uuid'])[0]);
        return {
          body: toPage(
            await priceChanges.list(limit + 1, before),
            limit,
            ({ id }) => [id],
            (change) => change,
          ),
        };
      },
    }),
    route({
      method: 'GET',
      path: '/api/catalog/price-changes/:id',
      summary: 'A price change, and how far it has come',
      tags,
      access: readers,
      params: byId,
      responses: { 200: ChangeView, 404: Problem },
      handle: async ({ params: { id } }) => ({ body: await known(id) }),
    }),
    route({
      method: 'GET',
      path: '/api/catalog/price-changes/:id/items',
      summary: 'Each price: before, after, and what became of it',
      tags,
      access: readers,
      params: byId,
      query: Type.Object({ ...pageQuery, state: Type.Optional(ItemState) }, closed),
      responses: { 200: pageOf(ItemView), 404: Problem },
      handle: async ({ params: { id }, query: { limit = 20, cursor, state } }) => {
        await known(id);
        const [productId = '', sku = ''] = cursor === undefined ? [] : decodeCursor(cursor, ['uuid', 'string']).map(String);
        const items = await priceChanges.items(id, { limit: limit + 1, after: cursor === undefined ? undefined : [productId, sku], state });
        return { body: toPage(items, limit, (item) => [item.productId, item.sku], viewOf) };
      },
    }),
    route({
      method: 'POST',
      path: '/api/catalog/price-changes/:id/apply',
      summary: 'Apply it, product by product, in the background',
      tags,
      access: staff,
      params: byId,
      responses: { 202: ChangeView, 404: Problem, 409: Problem },
      handle: async ({ params: { id } }) => {
        const change = await moved(id, ['preview'], 'applying');
        priceChanger.wake();
        return { status: 202, body: change };
      },
    }),
    route({
      method: 'POST',
      path: '/api/catalog/price-changes/:id/cancel',
      summary: 'Give it up; what is applied stays, and the rest stays as it was',
      tags,
      access: staff,
      params: byId,
      responses: { 200: ChangeView, 404: Problem, 409: Problem },
      handle: async ({ params: { id } }) => ({ body: await moved(id, ['preview', 'applying'], 'cancelled') }),
    }),
  ];
}

function viewOf({ before, after, currency, productId, sku, title, state, appliedAt }: PriceChangeItem): Record<string, unknown> {
  const money = (amount: number): { amount: number; currency: string } => ({ amount, currency });
  return { productId, sku, title, before: money(before), after: after === null ? null : money(after), state, appliedAt };
}
