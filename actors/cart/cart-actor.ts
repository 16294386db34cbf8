import { defineActor } from '@cartwright/actor-host/definition';
import { Currency, MinorUnits, Sku, Uuid } from '@cartwright/kernel/schemas';
import { Type } from 'typebox';
import { CartLine, CartState } from './state.ts';

const closed = { additionalProperties: false };
const coupon = Type.Union([Type.String({ minLength: 1, maxLength: 50 }), Type.Null()]);
const lines = Type.Array(CartLine, { maxItems: 100 });

/** The Cart actor, hosted by orders. Every method answers the cart as it is afterwards. Refusals: see CartRefusal in rules.ts. */
export const CartActor = defineActor({
  type: 'Cart',
  methods: {
    create: {
      input: Type.Object({ currency: Currency, ownerId: Type.Union([Uuid, Type.Null()]), coupon: Type.Optional(coupon), lines }, closed),
      output: CartState,
    },
    /** Null when there is no such cart. */
    view: { input: Type.Null(), output: Type.Union([CartState, Type.Null()]) },
    add: { input: Type.Object({ line: CartLine, currency: Currency }, closed), output: CartState },
    change: { input: Type.Object({ sku: Sku, quantity: Type.Integer({ minimum: 1 }) }, closed), output: CartState },
    remove: { input: Type.Object({ sku: Sku }, closed), output: CartState },
    setCoupon: { input: Type.Object({ coupon }, closed), output: CartState },
    /** Takes lines over from another cart, as far as there is room, and its coupon when this one has none. Once a merge. */
    merge: { input: Type.Object({ mergeId: Uuid, lines, currency: Currency, coupon }, closed), output: CartState },
    /** Brings titles and prices up to date. */
    reprice: {
      input: Type.Object(
        { prices: Type.Array(Type.Object({ sku: Sku, title: Type.String({ maxLength: 400 }), unitPrice: MinorUnits }, closed)) },
        closed,
      ),
      output: CartState,
    },
    /** Makes a guest's cart that of a user. */
    claim: { input: Type.Object({ ownerId: Uuid }, closed), output: CartState },
    /** Seals the cart for an order; a cart that is sealed already answers with the order it is sealed for. */
    seal: { input: Type.Object({ orderId: Uuid }, closed), output: CartState },
    unseal: { input: Type.Object({ orderId: Uuid }, closed), output: CartState },
    /** Empties the cart that was sealed for a merge, and opens it. */
    handOver: { input: Type.Object({ mergeId: Uuid }, closed), output: CartState },
  },
  reminders: ['idle'],
});
