import { expect } from 'chai';
import { homeAndLighting, lamp, ndjson } from '../examples.ts';
import { runCatalog } from '../running-catalog.ts';
import type { Answer, RunningCatalog } from '../running-catalog.ts';

const materials = { type: 'object', properties: { material: { type: 'string', enum: ['walnut', 'oak'] } }, required: ['material'] };
const sockets = { type: 'object', properties: { socket: { type: 'string' } }, required: ['socket'], additionalProperties: false };

describe('The schema of a category', () => {
  let catalog: RunningCatalog;
  beforeEach(async () => {
    catalog = await runCatalog();
    await catalog.ask('POST', '/import', { as: 'staff', body: ndjson(...homeAndLighting) });
  });
  afterEach(() => catalog.close());

  const put = (category: string, body: unknown, ifMatch?: string): Promise<Answer> =>
    catalog.ask('PUT', `/categories/${category}/schema`, {
      as: 'staff',
      body,
      headers: ifMatch === undefined ? {} : { 'if-match': ifMatch },
    });
  const fields = ({ body }: Answer): string[] => ((body['errors'] ?? []) as { field: string }[]).map(({ field }) => field);

  it('is asked of products in it and below, with a field for everything that is wrong', async () => {
    expect((await put('home', materials, '"0"')).status).to.equal(200);
    expect((await put('lighting', sockets, '"0"')).status).to.equal(200);
    const refused = await catalog.ask('POST', '/products', { as: 'staff', body: lamp('l1', { attributes: { material: 'glass', x: 1 } }) });
    expect([refused.status, refused.body['code']]).to.deep.equal([422, 'invalid_attributes']);
    expect(fields(refused)).to.have.members(['/attributes/material', '/attributes/socket', '/attributes/x']);
    const good = lamp('l1', { attributes: { material: 'oak', socket: 'E27' } });
    const { body } = await catalog.ask('POST', '/products', { as: 'staff', body: good });
    const patch = (change: unknown): Promise<Answer> =>
      catalog.ask('PATCH', `/products/${String(body['id'])}`, { as: 'staff', body: change });
    expect(fields(await patch({ attributes: { material: 'oak' } }))).to.deep.equal(['/attributes/socket']);
    expect((await patch({ category: 'home', attributes: { material: 'oak' } })).status).to.equal(200);
    expect(fields(await patch({ category: 'lighting' }))).to.deep.equal(['/attributes/socket']);
    const imported = await catalog.ask('POST', '/import', {
      as: 'staff',
      body: ndjson(lamp('l2'), { ...good, slug: 'l3', variants: [{ sku: 'L3', price: 1 }] }),
    });
    expect(imported.body).to.deep.include({ created: 1, failed: 1 });
    expect((imported.body['errors'] as { line: number; errors: { field: string }[] }[])[0]).to.nested.include({
      line: 1,
      'errors[0].field': '/attributes/socket',
    });
  });

  it('lists the products that do not meet it any more, which can still be repriced', async () => {
    const { body } = await catalog.ask('POST', '/products', { as: 'staff', body: lamp('old') });
    await catalog.ask('POST', '/products', { as: 'staff', body: lamp('draft', { status: 'draft' }) });
    await catalog.ask('POST', '/products', { as: 'staff', body: lamp('fits', { attributes: { socket: 'E27' } }) });
    await put('lighting', sockets, '"0"');
    const first = await catalog.ask('GET', '/categories/home/misfits?limit=1', { as: 'support' });
    const rest = await catalog.ask('GET', `/categories/home/misfits?cursor=${String(first.body['nextCursor'])}`, { as: 'support' });
    const found = [first, rest].flatMap((page) => page.body['items'] as { slug: string; errors: { field: string }[] }[]);
    expect(found.map(({ slug }) => slug)).to.deep.equal(['old', 'draft']);
    expect(found[0]?.errors.map(({ field }) => field)).to.have.members(['/attributes/socket', '/attributes/material']);
    expect(rest.body['nextCursor']).to.equal(null);
    const repriced = await catalog.ask('PATCH', `/products/${String(body['id'])}`, {
      as: 'staff',
      body: { variants: [{ sku: 'OLD-S', price: 1 }] },
    });
    expect(repriced.status, repriced.text).to.equal(200);
  });

  it('is replaced only by who has read it', async () => {
    expect((await put('home', materials)).status).to.equal(428);
    const both = await Promise.all([put('home', materials, '"0"'), put('home', sockets, '"0"')]);
    expect(both.map(({ status }) => status).sort()).to.deep.equal([200, 412]);
    const read = await catalog.ask('GET', '/categories/home/schema');
    expect(read.headers.get('etag')).to.equal('"1"');
    expect((await put('home', sockets, '"1"')).body['own']).to.deep.equal(sockets);
    expect((await put('home', materials, '"1"')).status).to.equal(412);
    const remove = (ifMatch: string): Promise<Answer> =>
      catalog.ask('DELETE', '/categories/home/schema', { as: 'staff', headers: { 'if-match': ifMatch } });
    expect((await remove('"1"')).status).to.equal(412);
    expect((await remove('"2"')).status).to.equal(204);
    expect((await catalog.ask('GET', '/categories/home/schema')).body['own']).to.equal(null);
    expect((await catalog.ask('GET', '/categories/none/schema')).status).to.equal(404);
  });

  it('goes with its category, and the tree tells how many products are in a category and below', async () => {
    await catalog.ask('POST', '/products', { as: 'staff', body: lamp('one') });
    await catalog.ask('POST', '/products', { as: 'staff', body: lamp('hidden', { status: 'draft' }) });
    await catalog.ask('POST', '/products', { as: 'staff', body: lamp('two', { category: 'home' }) });
    expect((await catalog.ask('GET', '/categories')).body['items']).to.deep.equal([
      { slug: 'home', name: 'Home', parent: null, products: 2, formerSlugs: [] },
      { slug: 'lighting', name: 'Lighting', parent: 'home', products: 1, formerSlugs: [] },
    ]);
    await catalog.ask('POST', '/categories', { as: 'staff', body: { slug: 'spare', name: 'Spare', parent: null } });
    await put('spare', sockets, '"0"');
    await catalog.ask('DELETE', '/categories/spare', { as: 'staff' });
    await catalog.ask('POST', '/categories', { as: 'staff', body: { slug: 'spare', name: 'Spare', parent: null } });
    expect((await catalog.ask('GET', '/categories/spare/schema')).body['own']).to.equal(null);
  });
});
