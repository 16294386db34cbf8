import { Readable } from 'node:stream';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { stringify } from 'csv-stringify';
import { Type } from 'typebox';
import { categoryRow, csvColumns, rowsOf } from '../domain/csv-rows.ts';
import type { CategoryOfLine, ProductLine } from '../domain/import-line.ts';
import { inputOf } from '../domain/product.ts';
import type { AttributeSchemas, Categories, Documents, Products } from '../ports.ts';

const batch = 200;
const mostReviews = 1000;

export interface ExportParts {
  readonly products: Products;
  readonly documents: Documents;
  readonly categories: Categories;
  readonly schemas: AttributeSchemas;
}

type Exported = { readonly category: CategoryOfLine } | ProductLine;

/** All categories with their schemas, and all products, drafts too. Read as fast as they are taken, a batch at a time. */
export function exportRoutes({ products, documents, categories, schemas }: ExportParts): Route[] {
  async function* all(): AsyncGenerator<Exported> {
    const found = await schemas.all();
    for (const category of await categories.list()) {
      const schema = found.get(category.slug)?.schema;
      yield { category: { ...category, ...(schema === undefined ? {} : { schema }) } };
    }
    for (let after: string | undefined; ;) {
      const ids = await products.ids(after, batch);
      after = ids.at(-1);
      if (after === undefined) return;
      const [some, attributes] = await Promise.all([products.byIds(ids, 'staff'), documents.attributesOf(ids)]);
      for (const product of some.sort((one, other) => (one.id < other.id ? -1 : 1))) {
        const reviews = product.ratingCount === 0 ? [] : await documents.reviews(product.id, mostReviews);
        const written = reviews.map(({ author, rating, title, text, createdAt }) => ({
          ...{ author, rating, text, createdAt },
          ...(title === null ? {} : { title }),
        }));
        yield { ...inputOf(product), attributes: attributes.get(product.id) ?? {}, ...(written.length === 0 ? {} : { reviews: written }) };
      }
    }
  }

  async function* ndjson(): AsyncGenerator<string> {
    for await (const one of all()) yield `${JSON.stringify(one)}\n`;
  }

  async function* rows(): AsyncGenerator<object> {
    for await (const one of all()) yield* 'variants' in one ? rowsOf(one) : [categoryRow(one.category)];
  }

  return [
    route({
      method: 'GET',
      path: '/api/catalog/export',
      summary: 'All categories and products, as NDJSON or CSV',
      tags: ['import'],
      access: { permission: 'products.write' },
      query: Type.Object(
        { format: Type.Optional(Type.Union([Type.Literal('ndjson'), Type.Literal('csv')])) },
        { additionalProperties: false },
      ),
      responses: { 200: null },
      handle: ({ query: { format = 'ndjson' } }) => {
        const disposition = { 'content-disposition': `attachment; filename="catalogue.${format}"` };
        if (format === 'ndjson')
          return { stream: Readable.from(ndjson()), headers: { 'content-type': 'application/x-ndjson', ...disposition } };
        const csv = stringify({ header: true, columns: [...csvColumns] });
        const source = Readable.from(rows());
        source.on('error', (error) => csv.destroy(error));
        csv.on('close', () => source.destroy());
        return { stream: source.pipe(csv), headers: { 'content-type': 'text/csv; charset=utf-8', ...disposition } };
      },
    }),
  ];
}
