// Shapes that more than one service speaks: each is the type, the check and the OpenAPI schema at once.
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { countries, regionPattern, regions } from './places.ts';
import { personName, visibleText } from './visible-text.ts';

export const Uuid = Type.String({ format: 'uuid', description: 'A UUID; ours are version 7' });
export const Sku = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$', description: 'Stock keeping unit' });
export const Currency = Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217 code' });
/** The same where money enters the platform: one that exists. What was kept before this was asked stays readable as `Currency`. */
export const KnownCurrency = Type.String({ enum: Intl.supportedValuesOf('currency'), description: 'ISO 4217 code' });
export const Timestamp = Type.String({ format: 'date-time', description: 'RFC 3339, UTC' });
export const Locale = Type.String({
  pattern: '^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,4}$',
  maxLength: 35,
  description: 'BCP 47 tag of a language, as `de` or `de-AT`',
});
export const Email = Type.String({ format: 'email', maxLength: 254 });
/** Minor units of a currency. The bound keeps sums of sums exact in a double. */
export const MinorUnits = Type.Integer({ minimum: 0, maximum: 1_000_000_000_000, description: 'Minor units of the currency' });
/** The most of a SKU that a line may ask for. */
export const mostPerLine = 999;
export const Quantity = Type.Integer({ minimum: 1, maximum: mostPerLine });

export const Money = Type.Object({ amount: MinorUnits, currency: Currency }, { additionalProperties: false });
export type Money = Static<typeof Money>;

const addressLines = {
  name: visibleText(200),
  line1: visibleText(200),
  line2: Type.Optional(Type.String({ maxLength: 200 })),
  city: visibleText(100),
  region: Type.String({
    maxLength: 100,
    description: 'State or province, by its code or name, in whatever case; one that is known where a country has such',
  }),
  postalCode: visibleText(20),
};

const country = Type.String({ enum: [...countries], description: 'ISO 3166-1 alpha-2' });
const knownRegions = Object.entries(regions).map(([code, known]) => ({
  if: { properties: { country: { const: code } }, required: ['country'] },
  then: { properties: { region: { pattern: regionPattern(known) } } },
}));

/** An address as somebody gives it. Tax depends on where goods go, so it names a country that exists, and the region where that has a say. */
export const Address = Type.Object(
  { ...addressLines, name: personName(200), country },
  { additionalProperties: false, allOf: knownRegions },
);
export type Address = Static<typeof Address>;

/** Where something goes, as far as its price depends on it: an address without the person. */
export const Destination = Type.Object(
  { region: addressLines.region, postalCode: addressLines.postalCode, country },
  { additionalProperties: false, allOf: knownRegions },
);

/** An address as it is kept: those from before a rule stay readable. */
export const KeptAddress = Type.Object({ ...addressLines, country: Type.String() }, { additionalProperties: false });

export const Totals = Type.Object(
  { items: Money, discount: Money, shipping: Money, tax: Money, total: Money },
  { additionalProperties: false, description: 'total = items − discount + shipping + tax' },
);
export type Totals = Static<typeof Totals>;

export const OrderLine = Type.Object(
  { sku: Sku, title: Type.String({ maxLength: 400 }), quantity: Quantity, unitPrice: Money, total: Money },
  { additionalProperties: false },
);
export type OrderLine = Static<typeof OrderLine>;

export const Shortage = Type.Object(
  { sku: Sku, requested: Type.Integer({ minimum: 1 }), available: Type.Integer({ minimum: 0 }) },
  { additionalProperties: false },
);
export type Shortage = Static<typeof Shortage>;

/** What a customer has to do for a payment to go on, such as 3-D Secure. */
export const NextAction = Type.Object(
  { type: Type.String({ maxLength: 50 }), url: Type.Optional(Type.String({ maxLength: 2000 })) },
  { additionalProperties: false },
);
export type NextAction = Static<typeof NextAction>;

export const roles = ['customer', 'support', 'staff', 'admin'] as const;
export const Role = Type.Union([Type.Literal('customer'), Type.Literal('support'), Type.Literal('staff'), Type.Literal('admin')]);
export type Role = Static<typeof Role>;
