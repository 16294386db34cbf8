import { Readable } from 'node:stream';
import { Problem } from '@cartwright/kernel/http/problem';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { Type } from 'typebox';
import { importProducts } from '../adapters/importer.ts';
import type { ImporterParts } from '../adapters/importer.ts';
import type { Product } from '../domain/product.ts';

const closed = { additionalProperties: false };
const staff = { permission: 'products.write' } as const;
const FieldErrors = Type.Array(Type.Object({ field: Type.String(), rule: Type.String(), message: Type.String() }));
const Report = Type.Object({
  lines: Type.Integer(),
  created: Type.Integer(),
  updated: Type.Integer(),
  unchanged: Type.Integer(),
  removed: Type.Integer(),
  failed: Type.Integer(),
  errors: Type.Array(Type.Object({ line: Type.Integer(), errors: FieldErrors })),
});

/** Products in bulk, as NDJSON: one JSON object a line. What an export gives, an import takes. */
export function importRoutes(parts: ImporterParts): Route[] {
  const { products, categories, documents } = parts;

  async function* lines(): AsyncGenerator<string> {
    for (const category of await categories.list()) yield `${JSON.stringify({ category })}\n`;
    let after: string | undefined;
    for (;;) {
      const ids = await products.ids(after, 100);
      if (ids.length === 0) return;
      after = ids.at(-1);
      const [found, attributes] = await Promise.all([products.byIds(ids), documents.attributesOf(ids)]);
      for (const product of found) {
        const reviews = await documents.reviews(product.id, 1000);
        yield `${JSON.stringify({ ...exported(product), attributes: attributes.get(product.id) ?? {}, reviews: reviews.map(({ author, rating, title, text, createdAt }) => ({ author, rating, ...(title === null ? {} : { title }), text, createdAt })) })}\n`;
      }
    }
  }

  return [
    route({
      method: 'POST',
      path: '/api/catalog/import',
      summary: 'Load products from NDJSON; `replace` removes those that the file does not name',
      tags: ['import'],
      access: staff,
      streamBody: true,
      query: Type.Object({ replace: Type.Optional(Type.Boolean({ default: false })) }, closed),
      responses: { 200: Report, 415: Problem },
      handle: async ({ stream, headers, query }) => {
        if (!/^application\/(x-)?nd-?json\b/i.test(headers['content-type'] ?? '')) {
          stream.resume();
          const errors = [{ field: 'content-type', rule: 'mediaType', message: 'must be application/x-ndjson' }];
          throw new Problem({
            status: 415,
            code: 'unsupported_media_type',
            title: 'Unsupported media type',
            detail: 'An import is application/x-ndjson',
            errors,
          });
        }
        return { body: await importProducts(stream, query.replace === true, parts) };
      },
    }),
    route({
      method: 'GET',
      path: '/api/catalog/export',
      summary: 'All categories and products as NDJSON',
      tags: ['import'],
      access: staff,
      responses: { 200: null },
      handle: () => ({
        stream: Readable.from(lines()),
        headers: { 'content-type': 'application/x-ndjson', 'content-disposition': 'attachment; filename="catalogue.ndjson"' },
      }),
    }),
  ];
}

function exported({
  slug,
  title,
  description,
  brand,
  category,
  sellerId,
  currency,
  tags,
  images,
  variants,
}: Product): Record<string, unknown> {
  return {
    ...{ slug, title, description, brand, category, sellerId, currency, tags, images },
    variants: variants.map(({ sku, title: variantTitle, price, compareAt, options, barcode, weightGrams }) => ({
      ...{ sku, title: variantTitle, price, options },
      ...(compareAt === null ? {} : { compareAt }),
      ...(barcode === null ? {} : { barcode }),
      ...(weightGrams === null ? {} : { weightGrams }),
    })),
  };
}
