import { createHash } from 'node:crypto';
import type { FieldError } from '@cartwright/kernel/http/problem';
import { KnownCurrency, MinorUnits, Sku, Timestamp } from '@cartwright/kernel/schemas';
import { visibleText } from '@cartwright/kernel/visible-text';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { ImageInput, imageInput, imageOf } from './image.ts';
import type { Image } from './image.ts';

const closed = { additionalProperties: false };
export const Slug = Type.String({ pattern: '^[a-z0-9]+(?:-[a-z0-9]+)*$', minLength: 1, maxLength: 120 });

export const VariantInput = Type.Object(
  {
    sku: Sku,
    title: Type.Optional(visibleText(200)),
    price: MinorUnits,
    compareAt: Type.Optional(MinorUnits),
    options: Type.Optional(Type.Record(Type.String({ pattern: '^.{1,50}$' }), visibleText(100), closed)),
    barcode: Type.Optional(visibleText(50)),
    weightGrams: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000_000 })),
  },
  closed,
);
export type VariantInput = Static<typeof VariantInput>;

const AttributeValue = Type.Union([
  Type.String({ maxLength: 500 }),
  Type.Number(),
  Type.Boolean(),
  Type.Array(Type.String({ maxLength: 200 }), { maxItems: 50 }),
]);
export const Attributes = Type.Record(Type.String({ pattern: '^[^.$]{1,60}$' }), AttributeValue, closed);
export type Attributes = Static<typeof Attributes>;

/** Customers see what is published, and nothing of the others. A scheduled product is published when its time has come. */
export const Status = Type.Union([Type.Literal('draft'), Type.Literal('scheduled'), Type.Literal('published')]);
export type Status = Static<typeof Status>;

const fields = {
  title: visibleText(300),
  description: Type.String({ maxLength: 10_000 }),
  brand: Type.String({ maxLength: 100 }),
  category: Slug,
  sellerId: Type.Optional(visibleText(100)),
  currency: Type.Optional(KnownCurrency),
  tags: Type.Optional(Type.Array(visibleText(50), { maxItems: 50 })),
  images: Type.Optional(Type.Array(ImageInput, { maxItems: 20 })),
  attributes: Type.Optional(Attributes),
  status: Type.Optional(Status),
  publishAt: Type.Optional(Timestamp),
  variants: Type.Array(VariantInput, { minItems: 1, maxItems: 100 }),
};

/** A product as staff enters it: all of it. */
export const ProductInput = Type.Object({ slug: Type.Optional(Slug), ...fields }, closed);
export type ProductInput = Static<typeof ProductInput>;

/** A change: what is left out stays. */
export const ProductChange = Type.Partial(Type.Object({ slug: Slug, ...fields }, closed), closed);
export type ProductChange = Static<typeof ProductChange>;

/** A product as it is stored; its attributes are kept apart. */
export interface Product {
  readonly id: string;
  readonly slug: string;
  readonly title: string;
  readonly description: string;
  readonly brand: string;
  readonly category: string;
  readonly sellerId: string;
  readonly currency: string;
  readonly tags: readonly string[];
  readonly images: readonly Image[];
  readonly status: Status;
  /** RFC 3339; only of a scheduled product. */
  readonly publishAt: string | null;
  readonly variants: readonly Variant[];
  readonly ratingSum: number;
  readonly ratingCount: number;
  /** Of the aggregate: how many of its events were published. */
  readonly version: number;
  /** How often what was entered has changed, drafts included. */
  readonly revision: number;
}

export interface Variant {
  readonly sku: string;
  readonly title: string;
  readonly price: number;
  readonly compareAt: number | null;
  readonly options: Readonly<Record<string, string>>;
  readonly barcode: string | null;
  readonly weightGrams: number | null;
  /** Units that can be bought; null while inventory has said nothing. */
  readonly available: number | null;
}

export type NewProduct = Omit<Product, 'version' | 'revision' | 'ratingSum' | 'ratingCount' | 'variants'> & {
  readonly variants: readonly Omit<Variant, 'available'>[];
};

export const defaultCurrency = 'USD';
export const houseSeller = 'cartwright';

/** What is stored of what was entered. */
export function toProduct(id: string, input: ProductInput): NewProduct {
  return {
    id,
    slug: input.slug ?? slugOf(input.title),
    title: input.title.trim(),
    description: input.description.trim(),
    brand: input.brand.trim(),
    category: input.category,
    sellerId: input.sellerId ?? houseSeller,
    currency: input.currency ?? defaultCurrency,
    tags: [...new Set(input.tags ?? [])],
    images: (input.images ?? []).map(imageOf),
    status: input.status ?? 'published',
    publishAt: input.status === 'scheduled' && input.publishAt !== undefined ? new Date(input.publishAt).toISOString() : null,
    variants: input.variants.map(({ sku, title, price, compareAt, options, barcode, weightGrams }) => ({
      sku,
      title: title ?? variantTitle(input.title, options),
      price,
      compareAt: compareAt ?? null,
      options: options ?? {},
      barcode: barcode ?? null,
      weightGrams: weightGrams ?? null,
    })),
  };
}

function variantTitle(title: string, options: Readonly<Record<string, string>> | undefined): string {
  const values = Object.values(options ?? {});
  return (values.length === 0 ? title : `${title}, ${values.join(', ')}`).slice(0, 200);
}

/** `Café Crème, 2 l` becomes `cafe-creme-2-l`. */
export function slugOf(title: string): string {
  const plain = title
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 120)
    .replace(/-+$/, '');
  return plain === '' ? 'product' : plain;
}

/** The first SKU that stands twice; undefined when none does. */
export function repeatedSku(variants: readonly { readonly sku: string }[]): string | undefined {
  const seen = new Set<string>();
  return variants.find(({ sku }) => seen.size === seen.add(sku).size)?.sku;
}

/** What of a product is against a rule that needs more than one of its fields; undefined when nothing is. */
export function brokenRule({
  variants,
  status,
  publishAt,
}: Pick<ProductInput, 'variants' | 'status' | 'publishAt'>): FieldError | undefined {
  const repeated = repeatedSku(variants);
  if (repeated !== undefined) return { field: '/variants', rule: 'unique', message: `has the SKU ${repeated} twice` };
  if (status === 'scheduled' && publishAt === undefined)
    return { field: '/publishAt', rule: 'required', message: 'is required of a scheduled product' };
  if (status !== 'scheduled' && publishAt !== undefined)
    return { field: '/publishAt', rule: 'scheduled', message: 'is only for a product whose status is scheduled' };
  return undefined;
}

/** Equal for equal content, whatever the order of keys. That a product is published is the rule, and not a part of it. */
export function contentHash(product: Omit<NewProduct, 'id'>, attributes: Attributes): string {
  const { status, publishAt, images, ...content } = product;
  const unpublished = status === 'published' ? {} : { status, publishAt };
  return createHash('sha256')
    .update(stable([{ ...content, images: images.map(imageInput), ...unpublished, id: undefined }, attributes]))
    .digest('base64url');
}

function stable(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** What was entered to make this product: the base of a change, and a line of an export. */
export function inputOf(product: NewProduct): ProductInput & { readonly slug: string } {
  const { slug, title, description, brand, category, sellerId, currency, tags, images, status, publishAt, variants } = product;
  return {
    ...{ slug, title, description, brand, category, sellerId, currency },
    tags: [...tags],
    images: images.map(imageInput),
    ...(status === 'published' ? {} : { status }),
    ...(publishAt === null ? {} : { publishAt }),
    variants: variants.map(({ sku, title: variantTitle, price, compareAt, options, barcode, weightGrams }) => ({
      sku,
      title: variantTitle,
      price,
      options: { ...options },
      ...(compareAt === null ? {} : { compareAt }),
      ...(barcode === null ? {} : { barcode }),
      ...(weightGrams === null ? {} : { weightGrams }),
    })),
  };
}
