import { request } from 'node:http';
import { expect } from 'chai';
import { homeAndLighting, lamp, ndjson } from '../examples.ts';
import { runCatalog, tokenOf } from '../running-catalog.ts';
import type { RunningCatalog } from '../running-catalog.ts';

interface Report {
  readonly errors: readonly { line: number; errors: readonly { field: string; rule: string }[] }[];
}

describe('An import', () => {
  let catalog: RunningCatalog;
  beforeEach(async () => {
    catalog = await runCatalog();
  });
  afterEach(() => catalog.close());

  const load = async (...lines: readonly unknown[]): Promise<Record<string, unknown> & Report> =>
    (await catalog.ask('POST', '/import', { as: 'staff', body: ndjson(...homeAndLighting, ...lines) })).body as Record<string, unknown> &
      Report;
  const replaceBy = async (...lines: readonly unknown[]): Promise<Record<string, unknown> & Report> =>
    (await catalog.ask('POST', '/import?replace=true', { as: 'staff', body: ndjson(...lines) })).body as Record<string, unknown> & Report;
  const slugs = async (): Promise<string[]> =>
    ((await catalog.ask('GET', '/products')).body['items'] as { slug: string }[]).map(({ slug }) => slug).sort();
  const wrongFields = ({ errors }: Report): unknown[] => errors.map(({ line, errors: [first] }) => [line, first?.field]);

  it('says line by line what is wrong, and loads the others', async () => {
    const report = await load(
      lamp('a'),
      '{',
      lamp('b', { colour: 'red' }),
      '',
      lamp('c', { category: 'nowhere' }),
      lamp('d', { description: 'half \ud800 pair' }),
      lamp('e', { description: 'nul \0' }),
      lamp('a'),
      lamp('f', { variants: [{ sku: 'A-S', price: 1 }] }),
      { category: { slug: 'lost', name: 'Lost', parent: 'nowhere' } },
      lamp('g'),
    );
    expect(report).to.deep.include({ lines: 13, created: 2, failed: 8 });
    expect(wrongFields(report)).to.deep.equal([
      [4, '/'],
      [5, '/colour'],
      [7, '/category'],
      [8, '/description'],
      [9, '/description'],
      [10, '/slug'],
      [11, '/variants/0/sku'],
      [12, '/category/parent'],
    ]);
    expect(await slugs()).to.deep.equal(['a', 'g']);
  });

  it('changes nothing of a product whose line is refused', async () => {
    await load(lamp('a'), lamp('b', { reviews: [{ author: 'Pia', rating: 5, text: 'Good.' }] }));
    const before = (await catalog.ask('GET', '/products/b')).body;
    const report = await load(lamp('b', { attributes: { half: true }, reviews: [], variants: [{ sku: 'A-S', price: 1 }] }));
    expect(wrongFields(report)).to.deep.equal([[3, '/variants']]);
    expect((await catalog.ask('GET', '/products/b')).body).to.deep.equal(before);
    expect((await catalog.parts.documents.reviews(before['id'] as string, 10)).length).to.equal(1);
  });

  it('publishes nothing when the same comes again', async () => {
    const lines = [lamp('a', { reviews: [{ author: 'Pia', rating: 5, text: 'Good.' }] }), lamp('b')];
    expect(await load(...lines)).to.deep.include({ created: 2 });
    expect(await load(...lines)).to.deep.include({ created: 0, updated: 0, unchanged: 2 });
    expect(await catalog.database.sql('select 1 from outbox')).to.have.length(2);
    expect((await catalog.ask('GET', '/products/a')).body).to.deep.include({ rating: 5, reviewCount: 1 });
  });

  it('that replaces removes products and categories that the file does not name', async () => {
    await load(lamp('a'), lamp('b'));
    const toys = { category: { slug: 'toys', name: 'Toys', parent: null } };
    expect(await replaceBy(toys, lamp('c', { category: 'toys' }))).to.deep.include({ created: 1, removed: 2 });
    expect(await slugs()).to.deep.equal(['c']);
    expect((await catalog.ask('GET', '/categories')).body['items']).to.deep.equal([toys.category]);
  });

  it('that replaces removes nothing when a line was refused', async () => {
    await load(lamp('a'));
    expect(await replaceBy(lamp('b'), '{')).to.deep.include({ failed: 1, removed: 0 });
    expect(await slugs()).to.deep.equal(['a', 'b']);
  });

  it('that replaces finds a product with another slug by its SKU', async () => {
    await load(lamp('a'));
    const { id } = (await catalog.ask('GET', '/products/a')).body;
    expect(await replaceBy(...homeAndLighting, lamp('a', { slug: 'renamed' }))).to.deep.include({ updated: 1, removed: 0, failed: 0 });
    expect((await catalog.ask('GET', '/products/renamed')).body['id']).to.equal(id);
  });

  it('that replaces removes nothing when the upload breaks off', async () => {
    await load(lamp('a'), lamp('b'));
    await new Promise<void>((done) => {
      const headers = { authorization: tokenOf('staff'), 'content-type': 'application/x-ndjson', 'content-length': '100000' };
      const upload = request(`${catalog.url}/api/catalog/import?replace=true`, { method: 'POST', headers });
      upload.on('error', () => {
        done();
      });
      upload.write(`${ndjson(lamp('c'))}\n`);
      void (async () => {
        while (!(await slugs()).includes('c')); // the service has read what came so far
        upload.destroy(new Error('the network broke'));
      })();
    });
    // Another import begins after the broken one was given up: what it finds is what is left.
    expect(await load()).to.deep.include({ failed: 0 });
    expect(await slugs()).to.deep.equal(['a', 'b', 'c']);
  });

  it('takes what an export gives', async () => {
    await load(lamp('a', { tags: ['x'], reviews: [{ author: 'Pia', rating: 3, title: 'So so', text: 'Dim.' }] }), lamp('b'));
    const { text, headers } = await catalog.ask('GET', '/export', { as: 'staff' });
    expect(headers.get('content-type')).to.equal('application/x-ndjson');
    await catalog.ask('DELETE', `/products/${String((await catalog.ask('GET', '/products/a')).body['id'])}`, { as: 'staff' });
    const report = (await catalog.ask('POST', '/import', { as: 'staff', body: text })).body;
    expect(report).to.deep.include({ lines: 4, created: 1, unchanged: 1, failed: 0 });
    expect((await catalog.ask('GET', '/export', { as: 'staff' })).text.split('\n').sort()).to.deep.equal(text.split('\n').sort());
  });

  it('is for staff, and NDJSON', async () => {
    expect((await catalog.ask('POST', '/import', { body: '' })).status).to.equal(401);
    expect((await catalog.ask('POST', '/import', { as: 'customer', body: '' })).status).to.equal(403);
    expect((await catalog.ask('GET', '/export', { as: 'customer' })).status).to.equal(403);
    expect((await catalog.ask('POST', '/import', { as: 'staff', body: { a: 1 } })).status).to.equal(415);
  });
});
