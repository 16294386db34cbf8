import { until } from '@cartwright/kernel/test/postgres/test-database';
import { expect } from 'chai';
import { homeAndLighting, lamp, ndjson } from '../examples.ts';
import { runCatalog } from '../running-catalog.ts';
import type { Answer, RunningCatalog } from '../running-catalog.ts';

const schema = { type: 'object', properties: { material: { type: 'string', enum: ['walnut', 'oak'] } }, required: ['material'] };

describe('The slug of a category', () => {
  let catalog: RunningCatalog;
  before(async () => {
    catalog = await runCatalog();
    await catalog.ask('POST', '/import', { as: 'staff', body: ndjson(...homeAndLighting, lamp('one'), lamp('two', { category: 'home' })) });
    await catalog.ask('PUT', '/categories/lighting/schema', { as: 'staff', body: schema, headers: { 'if-match': '"0"' } });
  });
  after(() => catalog.close());

  const rename = (slug: string, to: unknown): Promise<Answer> =>
    catalog.ask('PATCH', `/categories/${slug}`, { as: 'staff', body: { slug: to } });
  async function list(path: string): Promise<{ slugs: string[]; degraded?: boolean }> {
    const response = await fetch(`${catalog.url}/api/catalog${path}`);
    expect(response.status).to.equal(200);
    const { items, ...rest } = (await response.json()) as { items: { slug: string }[]; degraded?: boolean };
    return { ...rest, slugs: items.map(({ slug }) => slug).sort() };
  }
  const found = async (path: string): Promise<string[]> => (await list(path)).slugs;
  /** Not until the index itself says so: Postgres answers while that is built, which then is behind for a moment. */
  const searched = (path: string, slugs: readonly string[]): Promise<void> =>
    until(`${path} finds ${slugs.join()}`, async () => {
      const answer = await list(path);
      return answer.slugs.join() === slugs.join() && answer.degraded === false;
    });

  it('can be another one: products, those below, their schema, lists and the search follow', async () => {
    const before = await catalog.ask('GET', '/products/one');
    expect((await rename('lighting', 'lamps')).body).to.deep.equal({ slug: 'lamps', name: 'Lighting', parent: 'home' });
    expect((await rename('home', 'house')).status).to.equal(200);
    const { items } = (await catalog.ask('GET', '/categories')).body as { items: object[] };
    expect(items).to.deep.equal([
      { slug: 'house', name: 'Home', parent: null, products: 2, formerSlugs: ['home'] },
      { slug: 'lamps', name: 'Lighting', parent: 'house', products: 1, formerSlugs: ['lighting'] },
    ]);
    expect(await found('/products?category=house')).to.deep.equal(['one', 'two']);
    await searched('/search?category=house&limit=5', ['one', 'two']);
    await searched('/search?category=lamps&limit=5', ['one']);
    const after = await catalog.ask('GET', '/products/one', { as: 'staff' });
    expect(after.body['category']).to.equal('lamps');
    expect(after.headers.get('etag')).not.to.equal(before.headers.get('etag'));
    expect((await catalog.ask('GET', '/categories/lamps/schema')).body['own']).to.deep.include(schema);
    const refused = await catalog.ask('POST', '/products', { as: 'staff', body: lamp('three', { category: 'lamps', attributes: {} }) });
    expect(refused.status).to.equal(422);
  });

  it('leads from the old one to the present one, in lists and in the search', async () => {
    for (const path of ['/products?category=lighting&limit=5', '/search?limit=5&category=lighting']) {
      const response = await fetch(`${catalog.url}/api/catalog${path}`, { redirect: 'manual' });
      expect([response.status, response.headers.get('location')]).to.deep.equal([308, `/api/catalog${path.replace('lighting', 'lamps')}`]);
      expect(await found(path)).to.deep.equal(['one']);
    }
    expect((await rename('lamps', 'lights')).status).to.equal(200);
    expect(await found('/products?category=lighting')).to.deep.equal(['one']);
    expect(await found('/products?category=nowhere')).to.deep.equal([]);
  });

  it('is of one category, which may have one that another had', async () => {
    const taken = await rename('lights', 'house');
    expect([taken.status, taken.body['code'], (taken.body['errors'] as { field: string }[])[0]?.field]).to.deep.equal([
      409,
      'slug_taken',
      '/slug',
    ]);
    expect((await rename('nowhere', 'somewhere')).status).to.equal(404);
    expect((await rename('lights', 'Not A Slug')).status).to.equal(400);
    expect((await rename('lights', 'lights')).status).to.equal(200);
    expect(
      (await catalog.ask('POST', '/categories', { as: 'staff', body: { slug: 'lighting', name: 'Other', parent: null } })).status,
    ).to.equal(201);
    expect(await found('/products?category=lighting')).to.deep.equal([]);
    expect((await rename('lights', 'lamps')).status).to.equal(200);
    expect(await found('/products?category=lights')).to.deep.equal(['one']);
    expect((await catalog.ask('PATCH', '/categories/lamps', { as: 'support', body: { slug: 'x' } })).status).to.equal(403);
  });
});
