import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Principal } from '@cartwright/kernel/http/access';
import { IdempotencyHeaders } from '@cartwright/kernel/http/idempotency';
import { Problem } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Sku } from '@cartwright/kernel/schemas';
import { mostUnits } from '@cartwright/stock/rules';
import type { StockAnswer, StockCommand } from '@cartwright/stock/rules';
import { Type } from 'typebox';
import { v7 } from 'uuid';
import type { RecordedMovement, StockLevels, StockTurns } from '../ports.ts';
import { answered, bySku, closed, levelOf, levelView, LevelView, Reason, stocktakers, Units } from './stock-views.ts';

const oneSku = '[A-Za-z0-9][A-Za-z0-9._-]{0,63}';
const tags = ['stock'];

/** Levels for everybody, changes for staff. A change is a turn of the SKU's actor; its reason and author are in the movement. */
export function stockRoutes(levels: StockLevels, turns: StockTurns): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/inventory',
      summary: 'Stock of several SKUs; those that never had stock are left out',
      tags,
      access: 'anyone',
      query: Type.Object(
        {
          skus: Type.String({
            minLength: 1,
            maxLength: 6500,
            description: 'Up to 100 SKUs, separated by commas',
            pattern: `^${oneSku}(,${oneSku}){0,99}$`,
          }),
        },
        closed,
      ),
      responses: { 200: Type.Object({ items: Type.Array(LevelView) }) },
      handle: async ({ query }) => ({
        body: { items: (await levels.of([...new Set(query.skus.split(','))])).map((level) => levelView(level.sku, level)) },
      }),
    }),
    route({
      method: 'GET',
      path: '/api/inventory/:sku',
      summary: 'Stock of a SKU',
      tags,
      access: 'anyone',
      params: bySku,
      responses: { 200: LevelView, 404: Problem },
      handle: async ({ params }) => ({ body: levelView(params.sku, await levelOf(levels, params.sku)) }),
    }),
    route({
      method: 'PUT',
      path: '/api/inventory/:sku',
      summary: 'A stock take: set what is on hand. No fewer than are held for orders, unless these may be backordered',
      tags,
      access: stocktakers,
      params: bySku,
      body: Type.Object(
        {
          onHand: Units,
          expected: Type.Optional(
            Type.Integer({
              maximum: mostUnits,
              description: 'What was on hand by the list that was counted; where that has changed since, 409',
            }),
          ),
          reason: Type.Optional(Reason),
        },
        closed,
      ),
      responses: { 200: LevelView, 409: Problem },
      handle: async ({ params: { sku }, body, principal }) => {
        const command: StockCommand = {
          id: `set:${v7()}`,
          type: 'set',
          onHand: body.onHand,
          ...(body.expected === undefined ? {} : { expected: body.expected }),
          reason: body.reason ?? 'stock take',
          author: principal.userId,
        };
        return { body: answered(sku, await turns.decide(sku, command)) };
      },
    }),
    route({
      method: 'PUT',
      path: '/api/inventory',
      summary: 'Set what is on hand of many SKUs',
      tags,
      access: stocktakers,
      bodyLimit: 256 * 1024,
      body: Type.Object({ items: Type.Array(Type.Object({ sku: Sku, onHand: Units }, closed), { minItems: 1, maxItems: 1000 }) }, closed),
      responses: { 200: Type.Object({ items: Type.Array(LevelView), refused: Type.Array(LevelView) }) },
      handle: async ({ body, principal }) => {
        const answers = await inTurns(body.items, 32, async ({ sku, onHand }) => {
          const answer = await turns.decide(sku, {
            id: `set:${v7()}`,
            type: 'set',
            onHand,
            reason: 'stock take',
            author: principal.userId,
          });
          return { sku, answer };
        });
        // What is held for orders cannot be counted away; these SKUs are told with their levels, the others are done.
        const view = ({ sku, answer }: { sku: string; answer: StockAnswer }): LevelView => levelView(sku, answer);
        return {
          body: {
            items: answers.filter(({ answer }) => answer.ok).map(view),
            refused: answers.filter(({ answer }) => !answer.ok).map(view),
          },
        };
      },
    }),
    route({
      method: 'POST',
      path: '/api/inventory/:sku/adjustments',
      summary: 'Add to what is on hand, or take from it',
      tags,
      access: stocktakers,
      params: bySku,
      body: Type.Object(
        {
          delta: Type.Integer({ minimum: -1_000_000, maximum: 1_000_000 }),
          reason: Reason,
        },
        closed,
      ),
      requestHeaders: IdempotencyHeaders,
      responses: { 201: LevelView, 404: Problem, 409: Problem, 422: Problem },
      handle: async (request) => {
        const { body, principal } = request;
        const { sku } = request.params;
        await levelOf(levels, sku);
        const id = commandIdOf(request);
        const answer = await turns.decide(sku, { id, type: 'adjust', ...body, author: principal.userId });
        if (request.headers['idempotency-key'] !== undefined) refuseAnother(await levels.movementOf(sku, id), body);
        return { status: 201, body: answered(sku, answer) };
      },
    }),
  ];
}

/**
 * The key names the command, so the actor does it once and answers it again as before. No transaction is held meanwhile: under load, those
 * that hold a connection would wait for those that need one.
 */
function commandIdOf({
  headers,
  principal,
  params,
}: {
  headers: IncomingHttpHeaders;
  principal: Principal;
  params: { sku: string };
}): string {
  const key = headers['idempotency-key'];
  if (typeof key !== 'string') return `adjust:${v7()}`;
  return `adjust:${createHash('sha256')
    .update(JSON.stringify([principal.userId, params.sku, key]))
    .digest('hex')}`;
}

/** Throws 422 when the key was used for another adjustment than the one that is asked for now. */
function refuseAnother(done: RecordedMovement | undefined, { delta, reason }: { delta: number; reason: string }): void {
  if (done === undefined || (done.onHandDelta === delta && done.reason === reason)) return;
  throw new Problem({
    status: 422,
    code: 'idempotency_key_reused',
    title: 'Idempotency key reused',
    detail: 'This Idempotency-Key was used for another adjustment',
    errors: [{ field: 'idempotency-key', rule: 'reused', message: 'was used for another request' }],
  });
}

/** Works on items, so many at a time; answers in their order. */
async function inTurns<T, R>(items: readonly T[], atATime: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index] as T);
  };
  await Promise.all(Array.from({ length: Math.min(atATime, items.length) }, worker));
  return results;
}
