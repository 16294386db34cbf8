import { expect } from 'chai';
import { homeAndLighting, lamp, ndjson } from '../examples.ts';
import { runCatalog } from '../running-catalog.ts';
import type { RunningCatalog } from '../running-catalog.ts';

describe('Products', () => {
  let catalog: RunningCatalog;
  before(async () => {
    catalog = await runCatalog();
    await catalog.ask('POST', '/import', { as: 'staff', body: ndjson(...homeAndLighting) });
  });
  after(() => catalog.close());

  async function add(name: string, change: Record<string, unknown> = {}): Promise<string> {
    const { status, body, text } = await catalog.ask('POST', '/products', { as: 'staff', body: lamp(name, change) });
    expect(status, text).to.equal(201);
    return body['id'] as string;
  }
  const events = (id: string): Promise<{ type: string; version: number; skus: number }[]> =>
    catalog.database.sql('select type, aggregate_version as version from outbox where aggregate_id = ? order by aggregate_version', [id]);

  it('can be read by id and by slug once staff has added them, with all that was entered', async () => {
    const id = await add('reading');
    for (const name of [id, 'reading']) {
      const { status, body } = await catalog.ask('GET', `/products/${name}`);
      expect(status).to.equal(200);
      expect(body).to.deep.include({
        id,
        slug: 'reading',
        brand: 'Lumen',
        category: 'lighting',
        price: { amount: 4900, currency: 'USD' },
        rating: null,
        attributes: { material: 'walnut' },
        version: 1,
      });
      expect((body['variants'] as { sku: string }[]).map(({ sku }) => sku)).to.deep.equal(['READING-S', 'READING-L']);
    }
  });

  it('publish each change once, with versions without holes, to the last', async () => {
    const id = await add('lifecycle');
    expect((await catalog.ask('PATCH', `/products/${id}`, { as: 'staff', body: { title: 'Another' } })).body['title']).to.equal('Another');
    expect((await catalog.ask('PATCH', `/products/${id}`, { as: 'staff', body: { title: 'Another' } })).status).to.equal(200);
    expect((await catalog.ask('GET', `/products/${id}`)).body).to.deep.include({ title: 'Another', version: 2 });
    expect((await catalog.ask('DELETE', `/products/${id}`, { as: 'staff' })).status).to.equal(204);
    expect((await catalog.ask('GET', `/products/${id}`)).status).to.equal(404);
    expect((await catalog.ask('PATCH', `/products/${id}`, { as: 'staff', body: { title: 'Risen' } })).status).to.equal(404);
    expect((await events(id)).map(({ type, version }) => [type, version])).to.deep.equal([
      ['ProductCreated', 1],
      ['ProductUpdated', 2],
      ['ProductDeleted', 3],
    ]);
    expect((await catalog.parts.documents.attributesOf([id])).size).to.equal(0);
  });

  it('lose no change when many are made at once', async () => {
    const id = await add('busy');
    const changes = { title: 'T2', description: 'D2', brand: 'B2', tags: ['t2'], attributes: { a: 2 } };
    const answers = await Promise.all(
      Object.entries(changes).map(([field, value]) => catalog.ask('PATCH', `/products/${id}`, { as: 'staff', body: { [field]: value } })),
    );
    expect(answers.map(({ status }) => status)).to.deep.equal(answers.map(() => 200));
    expect((await catalog.ask('GET', `/products/${id}`)).body).to.deep.include({ ...changes, version: 6 });
  });

  it('are refused whole when their slug or a SKU is taken', async () => {
    const id = await add('first');
    const slug = await catalog.ask('POST', '/products', { as: 'staff', body: lamp('first', { variants: [{ sku: 'FREE', price: 1 }] }) });
    expect([slug.status, slug.body['code']]).to.deep.equal([409, 'slug_taken']);
    const second = await add('second');
    const sku = await catalog.ask('PATCH', `/products/${second}`, {
      as: 'staff',
      body: { attributes: { stolen: true }, variants: [{ sku: 'FIRST-S', price: 1 }] },
    });
    expect([sku.status, sku.body['code']]).to.deep.equal([409, 'sku_taken']);
    expect((await catalog.ask('GET', `/products/${second}`)).body).to.deep.include({ attributes: { material: 'walnut' }, version: 1 });
    expect(await events(id)).to.have.length(1);
  });

  it('are listed in pages without holes, with those of the categories below', async () => {
    const names = ['page-1', 'page-2', 'page-3', 'page-4', 'page-5'];
    await catalog.ask('POST', '/categories', { as: 'staff', body: { slug: 'pages', name: 'Pages', parent: null } });
    await catalog.ask('POST', '/categories', { as: 'staff', body: { slug: 'pages-below', name: 'Below', parent: 'pages' } });
    for (const [at, name] of names.entries()) await add(name, { category: at % 2 === 0 ? 'pages' : 'pages-below' });
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const { body } = await catalog.ask('GET', `/products?category=pages&limit=2${cursor}`);
      seen.push(...(body['items'] as { slug: string }[]).map(({ slug }) => slug));
      if (body['nextCursor'] === null) break;
      cursor = `&cursor=${body['nextCursor'] as string}`;
    }
    expect(seen).to.deep.equal(names);
    expect((await catalog.ask('GET', '/products?category=pages-below')).body['items']).to.have.length(2);
  });

  it('stand in a tree of categories that cannot become a ring, or lose what is used', async () => {
    const save = (slug: string, parent: string | null): Promise<{ status: number }> =>
      catalog.ask('POST', '/categories', { as: 'staff', body: { slug, name: slug, parent } });
    expect((await save('ring-a', null)).status).to.equal(201);
    expect((await save('ring-b', null)).status).to.equal(201);
    const both = await Promise.all([save('ring-a', 'ring-b'), save('ring-b', 'ring-a')]);
    expect(both.map(({ status }) => status).sort()).to.deep.equal([201, 422]);
    expect((await save('ring-a', 'ring-a')).status).to.equal(422);
    expect((await catalog.ask('DELETE', '/categories/home', { as: 'staff' })).status).to.equal(409);
    await save('spare', null);
    expect((await catalog.ask('DELETE', '/categories/spare', { as: 'staff' })).status).to.equal(204);
    expect((await catalog.ask('DELETE', '/categories/spare', { as: 'staff' })).status).to.equal(404);
  });
});
