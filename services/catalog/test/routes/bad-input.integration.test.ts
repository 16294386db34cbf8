import { expect } from 'chai';
import { homeAndLighting, lamp, ndjson } from '../examples.ts';
import { runCatalog } from '../running-catalog.ts';
import type { RunningCatalog } from '../running-catalog.ts';

const nobody = '0190a0a0-0000-7000-8000-000000000001';
const cursorOf = (...position: readonly unknown[]): string => Buffer.from(JSON.stringify(position)).toString('base64url');

// method, path (`:id` is a product that is there), body, status, field that is named
const table: [string, string, unknown, number, string][] = [
  ['POST', '/products', [], 400, '/'],
  ['POST', '/products', {}, 400, '/title'],
  ['POST', '/products', lamp('x', { colour: 'red' }), 400, '/colour'],
  ['POST', '/products', lamp('x', { title: '  ' }), 400, '/title'],
  ['POST', '/products', lamp('x', { title: 'nul \0' }), 400, '/title'],
  ['POST', '/products', lamp('x', { title: 'half \ud800' }), 400, '/title'],
  ['POST', '/products', lamp('x', { slug: 'Not A Slug' }), 400, '/slug'],
  ['POST', '/products', lamp('x', { variants: [] }), 400, '/variants'],
  ['POST', '/products', lamp('x', { variants: [{ sku: 'X', price: -1 }] }), 400, '/variants/0/price'],
  ['POST', '/products', lamp('x', { variants: [{ sku: 'X', price: 1.5 }] }), 400, '/variants/0/price'],
  ['POST', '/products', lamp('x', { variants: [{ sku: 'X', price: 1e300 }] }), 400, '/variants/0/price'],
  ['POST', '/products', lamp('x', { variants: [{ sku: 'X', price: '1' }] }), 400, '/variants/0/price'],
  ['POST', '/products', lamp('x', { variants: [{ sku: 'a b', price: 1 }] }), 400, '/variants/0/sku'],
  ['POST', '/products', lamp('x', { variants: [{ sku: 'X', price: 1, weightGrams: 1e12 }] }), 400, '/variants/0/weightGrams'],
  [
    'POST',
    '/products',
    lamp('x', {
      variants: [
        { sku: 'X', price: 1 },
        { sku: 'X', price: 1 },
      ],
    }),
    422,
    '/variants',
  ],
  ['POST', '/products', lamp('x', { currency: 'dollars' }), 400, '/currency'],
  ['POST', '/products', lamp('x', { currency: 'ZZZ' }), 400, '/currency'],
  ['POST', '/products', lamp('x', { title: '\u200b\u2800\u3164' }), 400, '/title'],
  ['POST', '/products', lamp('x', { images: ['no address'] }), 400, '/images/0'],
  ['POST', '/products', lamp('x', { attributes: { $where: 'x' } }), 400, '/attributes'],
  ['POST', '/products', lamp('x', { category: 'nowhere' }), 422, '/category'],
  ['POST', '/products', lamp('there', { variants: [{ sku: 'X', price: 1 }] }), 409, '/slug'],
  ['POST', '/products', lamp('x', { variants: [{ sku: 'THERE-S', price: 1 }] }), 409, '/variants'],
  ['PATCH', '/products/:id', { title: 5 }, 400, '/title'],
  ['PATCH', '/products/:id', { colour: 'red' }, 400, '/colour'],
  ['PATCH', '/products/:id', { version: 7 }, 400, '/version'],
  ['PATCH', '/products/:id', { category: 'nowhere' }, 422, '/category'],
  ['PATCH', '/products/not-an-id', {}, 400, 'id'],
  ['DELETE', '/products/not-an-id', undefined, 400, 'id'],
  ['POST', '/categories', {}, 400, '/slug'],
  ['POST', '/categories', { slug: 'x', name: '', parent: null }, 400, '/name'],
  ['POST', '/categories', { slug: 'x', name: 'X', parent: 'nowhere' }, 422, '/parent'],
  ['POST', '/categories', { slug: 'home', name: 'Home', parent: 'lighting' }, 422, '/parent'],
  ['DELETE', '/categories/No_Slug', undefined, 400, 'slug'],
  ['POST', '/products/:id/reviews', { author: 'A', rating: 6, text: 'T' }, 400, '/rating'],
  ['POST', '/products/:id/reviews', { author: 'A', rating: 4.5, text: 'T' }, 400, '/rating'],
  ['POST', '/products/:id/reviews', { author: 'A', rating: 4 }, 400, '/text'],
  ['POST', '/products/:id/reviews', { author: 'A', rating: 4, text: '\u200b\u200d' }, 400, '/text'],
  ['POST', '/products/:id/reviews', { author: '\u2800', rating: 4, text: 'T' }, 400, '/author'],
  ['POST', '/products/:id/reviews', { author: 'A', rating: 4, text: 'T', createdAt: '2020-01-01T00:00:00Z' }, 400, '/createdAt'],
  ['POST', '/products/not-an-id/reviews', { author: 'A', rating: 4, text: 'T' }, 400, 'id'],
  ['POST', '/import?replace=perhaps', '', 400, 'replace'],
  ['POST', '/import?prune=true', '', 400, 'prune'],
  ['POST', '/import', {}, 415, 'content-type'],
  ['GET', '/products?limit=0', undefined, 400, 'limit'],
  ['GET', '/products?cursor=x', undefined, 400, 'cursor'],
  ['GET', `/products?cursor=${cursorOf('no id')}`, undefined, 400, 'cursor'],
  ['GET', `/imports?cursor=${cursorOf('no id')}`, undefined, 400, 'cursor'],
  ['GET', `/price-changes?cursor=${cursorOf('no id')}`, undefined, 400, 'cursor'],
  ['GET', `/categories/rooms/misfits?cursor=${cursorOf('no id')}`, undefined, 400, 'cursor'],
  ['GET', '/products?colour=red', undefined, 400, 'colour'],
  ['GET', '/products/a%20b', undefined, 400, 'idOrSlug'],
  ['GET', '/search?minPrice=-1', undefined, 400, 'minPrice'],
  ['GET', '/search?minPrice=5&maxPrice=4', undefined, 422, 'minPrice'],
  ['GET', '/search?minRating=6', undefined, 400, 'minRating'],
  ['GET', '/search?sort=colour', undefined, 400, 'sort'],
  ['GET', '/search?inStock=maybe', undefined, 400, 'inStock'],
  ['GET', '/search?cursor=x', undefined, 400, 'cursor'],
  ['GET', `/search?sort=price&cursor=${cursorOf('rating', 'exact', '', 1, 'x')}`, undefined, 422, 'cursor'],
  ['GET', `/search?sort=rating&cursor=${cursorOf('rating', 'exact', '', 'x', 'x')}`, undefined, 422, 'cursor'],
  ['POST', '/search/clicks', { searchId: nobody, productId: nobody, position: 0 }, 400, '/position'],
  ['POST', '/search/clicks', { searchId: nobody, productId: nobody, position: 1 }, 422, '/productId'],
  ['GET', '/suggest', undefined, 400, 'q'],
  ['GET', '/suggest?q=a&limit=100', undefined, 400, 'limit'],
];

const staffOnly: [string, string, unknown][] = [
  ['POST', '/products', lamp('x')],
  ['PATCH', `/products/${nobody}`, {}],
  ['DELETE', `/products/${nobody}`, undefined],
  ['POST', '/categories', { slug: 'x', name: 'X', parent: null }],
  ['DELETE', '/categories/home', undefined],
  ['POST', '/import', ''],
  ['GET', '/export', undefined],
];

describe('Bad input to catalog', () => {
  let catalog: RunningCatalog;
  let id: string;
  before(async () => {
    catalog = await runCatalog();
    await catalog.ask('POST', '/import', { as: 'staff', body: ndjson(...homeAndLighting) });
    id = (await catalog.ask('POST', '/products', { as: 'staff', body: lamp('there') })).body['id'] as string;
  });
  after(() => catalog.close());

  const stored = (): Promise<object[]> =>
    catalog.database.sql(`select (select count(*) from products)::int as products, (select count(*) from variants)::int as variants,
      (select count(*) from categories)::int as categories, (select count(*) from outbox)::int as events, (select max(version) from products) as version`);

  for (const [method, path, body, status, field] of table) {
    it(`${method} ${path} ${JSON.stringify(body ?? '').slice(0, 60)} is refused, names ${field}, and stores nothing`, async () => {
      const before = await stored();
      const answer = await catalog.ask(method, path.replace(':id', id), { as: 'staff', ...(body === undefined ? {} : { body }) });
      expect(answer.status, answer.text).to.equal(status);
      expect(answer.headers.get('content-type')).to.include('application/problem+json');
      expect((answer.body['errors'] as { field: string }[]).map((error) => error.field).join(' ')).to.include(field);
      expect(await stored()).to.deep.equal(before);
    });
  }

  for (const [method, path, body] of staffOnly) {
    it(`${method} ${path} is for staff`, async () => {
      const asked = body === undefined ? {} : { body };
      expect((await catalog.ask(method, path, asked)).status).to.equal(401);
      expect((await catalog.ask(method, path, { as: 'customer', ...asked })).status).to.equal(403);
      expect((await catalog.ask(method, path, { as: 'support', ...asked })).status).to.equal(403);
    });
  }
});
