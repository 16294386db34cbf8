import { IdempotencyHeaders } from '@cartwright/kernel/http/idempotency';
import { Problem } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Money, Uuid } from '@cartwright/kernel/schemas';
import { visibleText } from '@cartwright/kernel/visible-text';
import { Type } from 'typebox';
import { v7 } from 'uuid';
import { receiveReturn, refund, rejectReturn, requestReturn } from '../domain/after-sales.ts';
import { byStaff, inStaffsWords, inWords, rejectionOf } from '../domain/words.ts';
import type { AccessKeys, Orders } from '../ports.ts';
import { changeOrder } from './change-order.ts';
import type { ChangingParts } from './change-order.ts';
import { orderFor } from './order-access.ts';
import { KeyHeaders, OneOrder, OrderView, ReturnView, closed, returnView, someUnits } from './views.ts';

const tags = ['returns and refunds'];
const staff = { permission: 'orders.refund' } as const;
const OneReturn = Type.Object({ id: Uuid, returnId: Uuid }, closed);
const Why = visibleText(200);
const failures = { 404: Problem, 409: Problem } as const;

export interface AfterSalesParts extends ChangingParts {
  readonly orders: Pick<Orders, 'change' | 'find'>;
  readonly keys: AccessKeys;
}

/** Money and goods on their way back. */
export function afterSalesRoutes(parts: AfterSalesParts): Route[] {
  const { orders, keys } = parts;
  return [
    route({
      method: 'POST',
      path: '/api/orders/:id/refund',
      summary: 'Give money back: an amount, or all that is left of what was paid',
      tags,
      access: staff,
      requestHeaders: IdempotencyHeaders,
      params: OneOrder,
      body: Type.Object({ amount: Type.Optional(Money), reason: Type.Optional(Why) }, closed),
      optionalBody: true,
      responses: { 202: OrderView, ...failures, 422: Problem },
      handle: async (request) => {
        const { params, body } = request;
        const { amount: money, reason: given } = (body as { amount?: Money; reason?: string } | undefined) ?? {};
        const refundId = v7();
        const reason = given === undefined ? byStaff : inStaffsWords;
        const changed = await changeOrder(parts, request, {
          id: params.id,
          scope: 'orders.refund',
          decide: (order) => refund(order, { refundId, ...money, reason }),
          said: given === undefined ? undefined : { about: refundId, text: given },
        });
        return { ...changed, status: 202 };
      },
    }),
    route({
      method: 'POST',
      path: '/api/orders/:id/returns',
      summary: 'Ask to send back what was shipped',
      tags,
      access: 'anyone',
      requestHeaders: Type.Object({ ...KeyHeaders.properties, ...IdempotencyHeaders.properties }),
      params: OneOrder,
      body: Type.Object({ lines: someUnits, reason: Why }, closed),
      responses: { 201: ReturnView, ...failures },
      handle: async (request) => {
        const { params, body, principal, headers } = request;
        const viewer = { principal, permission: 'orders.return', headers } as const;
        const { order } = await orderFor({ find: (id) => orders.find(id) }, keys, params.id, viewer);
        const returnId = v7();
        return changeOrder(parts, request, {
          id: order.id,
          scope: 'orders.return',
          decide: (now) => requestReturn(now, { returnId, lines: body.lines, reason: inWords }),
          said: { about: returnId, text: body.reason },
          reply: (stored) => ({ status: 201, body: returnView(stored, returnId) }),
        });
      },
    }),
    route({
      method: 'POST',
      path: '/api/orders/:id/returns/:returnId/receive',
      summary: 'Goods came back: into stock, and their price to the customer',
      tags,
      access: staff,
      requestHeaders: IdempotencyHeaders,
      params: OneReturn,
      body: Type.Object({ restock: Type.Optional(Type.Boolean()), refund: Type.Optional(Type.Boolean()) }, closed),
      optionalBody: true,
      responses: { 200: OrderView, ...failures },
      handle: (request) => {
        const { id, returnId } = request.params;
        const { restock = true, refund: paysBack = true } = (request.body as { restock?: boolean; refund?: boolean } | undefined) ?? {};
        return changeOrder(parts, request, {
          id,
          scope: 'orders.return.receive',
          decide: (order) => receiveReturn(order, { returnId, restock, refund: paysBack }),
        });
      },
    }),
    route({
      method: 'POST',
      path: '/api/orders/:id/returns/:returnId/reject',
      summary: 'The goods are not taken back',
      tags,
      access: staff,
      requestHeaders: IdempotencyHeaders,
      params: OneReturn,
      body: Type.Object({ reason: Why }, closed),
      responses: { 200: OrderView, ...failures },
      handle: (request) => {
        const { id, returnId } = request.params;
        return changeOrder(parts, request, {
          id,
          scope: 'orders.return.reject',
          decide: (order) => rejectReturn(order, returnId),
          said: { about: rejectionOf(returnId), text: request.body.reason },
        });
      },
    }),
  ];
}
