import { Currency, MinorUnits, Quantity, Sku, Timestamp, Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import type { Static } from 'typebox';

/** A line with the price as it was when the line was last touched; the caller brings price and title. */
export const CartLine = Type.Object(
  { sku: Sku, title: Type.String({ maxLength: 400 }), quantity: Quantity, unitPrice: MinorUnits },
  { additionalProperties: false },
);
export type CartLine = Static<typeof CartLine>;

const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

/** All of a cart: one key of the store. */
export const CartState = Type.Object(
  {
    id: Uuid,
    currency: Currency,
    /** The user whose cart it is; null for a guest's, whom the cart's unguessable id admits. */
    ownerId: orNull(Uuid),
    lines: Type.Array(CartLine, { maxItems: 100 }),
    coupon: orNull(Type.String({ minLength: 1, maxLength: 50 })),
    /** The order that the cart was sealed for; null while it can be changed. */
    orderId: orNull(Uuid),
    createdAt: Timestamp,
    changedAt: Timestamp,
    /** When lines or prices last changed: what the customer then saw is what checkout compares with. Missing in carts from before it was kept. */
    filledAt: Type.Optional(Timestamp),
    /** The merges that brought lines here, the latest last. Missing where there was none. */
    merges: Type.Optional(Type.Array(Uuid, { maxItems: 100 })),
    /** When CartAbandoned was published. A change clears it. */
    abandonedAt: orNull(Timestamp),
  },
  { additionalProperties: false },
);
export type CartState = Static<typeof CartState>;
