import { Problem, conflict, invalidField, notFound, unprocessable } from '@cartwright/kernel/http/problem';
import type { FieldError } from '@cartwright/kernel/http/problem';
import { imageOf, mediaIdOf } from '../domain/image.ts';
import { brokenRule, toProduct } from '../domain/product.ts';
import type { Product, ProductInput } from '../domain/product.ts';
import { NoCategory, NoMedia, Taken } from '../ports.ts';
import type { ProductParts } from './products.ts';

export interface Storing {
  readonly expected: 'new' | number;
  /** Whether the attributes have to meet the category's schemas: not where neither is changed, so that what does not fit can still be repriced. */
  readonly checked: boolean;
}

/** Saves what staff has entered, with its attributes. Throws problems that name the field, and Outdated. */
export async function storeProduct(
  { products, documents, cache, rules }: ProductParts,
  id: string,
  input: ProductInput,
  { expected, checked }: Storing,
): Promise<Product> {
  const broken = brokenRule(input);
  if (broken !== undefined) throw unprocessable('invalid_field', `${broken.field}: ${broken.message}`, [broken]);
  const attributes = input.attributes ?? {};
  const errors = checked ? await rules.check(input.category, attributes) : [];
  if (errors.length > 0)
    throw unprocessable('invalid_attributes', `Products in ${input.category} need other attributes: ${described(errors)}`, errors);
  try {
    await products.save(toProduct(id, input), attributes, {
      expected,
      beforeCommit: async () => {
        await documents.setAttributes(id, attributes);
        return undefined;
      },
    });
  } catch (error) {
    if (error instanceof NoCategory) throw invalidField('/category', 'exists', `${input.category} is not a category`);
    if (error instanceof NoMedia) throw noMedia(error, input);
    throw error instanceof Taken ? takenProblem(error) : error;
  }
  cache.forget([id]);
  const stored = await products.byId(id, 'staff');
  if (stored === undefined) throw notFound('product', id);
  return stored;
}

function noMedia({ message, mediaId }: NoMedia, { images = [] }: ProductInput): Problem {
  const at = images.findIndex((image) => mediaIdOf(imageOf(image)) === mediaId);
  return invalidField(`/images/${String(at)}`, 'exists', message);
}

function described(errors: readonly FieldError[]): string {
  return errors
    .map(({ field, message }) => `${field} ${message}`)
    .join('; ')
    .slice(0, 500);
}

function takenProblem(error: Taken): Problem {
  const { field, value } = error;
  const problem = conflict(`${field}_taken`, `The ${field} ${value} is taken by another product`);
  const errors = [{ field: field === 'sku' ? '/variants' : '/slug', rule: 'unique', message: `${value} is taken` }];
  return new Problem({ ...problem.parts, errors }, { cause: error });
}
