import { checker, unstorableIn } from '@cartwright/kernel/http/validate';
import type { FieldError } from '@cartwright/kernel/http/problem';
import { Timestamp } from '@cartwright/kernel/schemas';
import { visibleText } from '@cartwright/kernel/visible-text';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { AttributeSchema } from './attribute-schema.ts';
import { ProductInput, Slug, brokenRule } from './product.ts';

const closed = { additionalProperties: false };

export const CategoryInput = Type.Object({ slug: Slug, name: visibleText(100), parent: Type.Union([Slug, Type.Null()]) }, closed);
export type CategoryInput = Static<typeof CategoryInput>;

export const ReviewInput = Type.Object(
  {
    author: visibleText(100),
    rating: Type.Integer({ minimum: 1, maximum: 5 }),
    title: Type.Optional(visibleText(200)),
    text: visibleText(5000),
    createdAt: Type.Optional(Timestamp),
  },
  closed,
);
export type ReviewInput = Static<typeof ReviewInput>;

/** A category as a file has it: with what is asked of its products' attributes. */
const CategoryOfLine = Type.Object({ ...CategoryInput.properties, schema: Type.Optional(AttributeSchema) }, closed);
export type CategoryOfLine = Static<typeof CategoryOfLine>;
const CategoryLine = Type.Object({ category: CategoryOfLine }, closed);
const ProductLine = Type.Object(
  { ...ProductInput.properties, slug: Slug, reviews: Type.Optional(Type.Array(ReviewInput, { maxItems: 1000 })) },
  closed,
);
export type ProductLine = Static<typeof ProductLine>;

const checkCategory = checker(CategoryLine);
const checkProduct = checker(ProductLine);

export type ImportLine =
  { readonly type: 'category'; readonly category: CategoryOfLine } | { readonly type: 'product'; readonly product: ProductLine };

/** A line of an import: a category, `{"category":{"slug":…}}`, or a product with its reviews. Answers what is wrong with it when it is neither. */
export function readImportLine(text: string): ImportLine | readonly FieldError[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [{ field: '/', rule: 'json', message: 'is not valid JSON' }];
  }
  return readImportValue(value);
}

/** The same of a value that has been read already. */
export function readImportValue(value: unknown): ImportLine | readonly FieldError[] {
  const unstorable = unstorableIn(value);
  if (unstorable !== undefined) return [unstorable];
  if (typeof (value as { category?: unknown } | null)?.category === 'object') {
    const errors = checkCategory(value);
    return errors.length > 0 ? errors : { type: 'category', category: (value as { category: CategoryOfLine }).category };
  }
  const errors = checkProduct(value);
  if (errors.length > 0) return errors;
  const product = value as ProductLine;
  const broken = brokenRule(product);
  return broken === undefined ? { type: 'product', product } : [broken];
}
