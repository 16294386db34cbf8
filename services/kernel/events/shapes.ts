// Shapes that several events share. Amounts are integers of minor units, the currency stands beside them, once an event.
import { Type } from 'typebox';
import { Currency, MinorUnits, Quantity, Sku, Uuid } from '../schemas.ts';

/** An object that knows all its fields. */
export const closed = <const Fields extends Parameters<typeof Type.Object>[0]>(fields: Fields) =>
  Type.Object(fields, { additionalProperties: false });

export const OrderId = Uuid;
export const Reason = Type.String({ minLength: 1, maxLength: 500, description: 'Why, as a code or a short text' });
export const Provider = Type.String({ minLength: 1, maxLength: 50, description: 'sandbox, stripe or paypal' });
export const OrderNumber = Type.String({ minLength: 1, maxLength: 40, description: 'The number that customers see' });
export const Amount = MinorUnits;
export const Units = Type.Integer({ minimum: 0, maximum: 1_000_000_000, description: 'Pieces' });
export const Template = Type.String({ minLength: 1, maxLength: 100, description: 'Name of the template' });

export const EventLine = closed({
  sku: Sku,
  title: Type.String({ maxLength: 400 }),
  quantity: Quantity,
  unitPrice: Amount,
  total: Amount,
});

/** So many of a SKU, whatever they cost. */
export const EventQuantity = closed({ sku: Sku, quantity: Quantity });

export const EventTotals = closed({ items: Amount, discount: Amount, shipping: Amount, tax: Amount, total: Amount });

export const OrderMoney = closed({ orderId: OrderId, amount: Amount, currency: Currency });

export const SellerId = Type.String({ minLength: 1, maxLength: 100 });

export const ProductVariant = closed({
  sku: Sku,
  title: Type.String({ maxLength: 400 }),
  price: Amount,
  options: Type.Record(Type.String({ maxLength: 50 }), Type.String({ maxLength: 200 }), { description: 'As colour: red' }),
});

/** What a seller's products cost together has versions: those who sell have to see the changes in this order, whichever product they are of. */
export const ListVersion = Type.Integer({
  minimum: 1,
  description: 'Version that the change gave the price list of the seller; the next change of any product of the seller has the next one',
});

/** A product as a whole, so that a consumer needs no earlier event. */
export const ProductSnapshot = closed({
  productId: Uuid,
  slug: Type.String({ minLength: 1, maxLength: 200 }),
  title: Type.String({ minLength: 1, maxLength: 400 }),
  brand: Type.String({ maxLength: 200 }),
  category: Type.String({ minLength: 1, maxLength: 200, description: 'Slug of the category' }),
  sellerId: SellerId,
  listVersion: Type.Optional(ListVersion),
  currency: Currency,
  image: Type.Optional(Type.String({ maxLength: 2000 })),
  variants: Type.Array(ProductVariant, { minItems: 1, maxItems: 500 }),
});

/** Ids of the examples. */
export const exampleOrderId = '0193a6f0-0000-7000-8000-000000000001';
export const examplePaymentId = '0193a6f0-0000-7000-8000-000000000002';
export const exampleCartId = '0193a6f0-0000-7000-8000-000000000003';
export const exampleUserId = '0193a6f0-0000-7000-8000-000000000004';
export const exampleMessageId = '0193a6f0-0000-7000-8000-000000000005';
export const exampleRetryCartId = '0193a6f0-0000-7000-8000-000000000006';
export const exampleRefundId = '0193a6f0-0000-7000-8000-000000000008';
export const exampleReturnId = '0193a6f0-0000-7000-8000-000000000009';
export const exampleShipmentId = '0193a6f0-0000-7000-8000-00000000000a';
export const exampleProduct = {
  productId: '0193a6f0-0000-7000-8000-000000000007',
  slug: 'walnut-desk-lamp',
  title: 'Walnut desk lamp',
  brand: 'Fennwood',
  category: 'lighting',
  sellerId: 'seller-7',
  listVersion: 12,
  currency: 'USD',
  variants: [{ sku: 'LAMP-WAL-S', title: 'Walnut desk lamp, small', price: 4900, options: { size: 'small' } }],
};
