import { request } from 'node:http';
import { expect } from 'chai';
import { homeAndLighting, lamp, ndjson } from '../examples.ts';
import { runCatalog, tokenOf } from '../running-catalog.ts';
import type { Answer, RunningCatalog } from '../running-catalog.ts';

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
    expect((await catalog.ask('GET', '/categories')).body['items']).to.deep.equal([{ ...toys.category, products: 1, formerSlugs: [] }]);
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

  const send = (body: string, { query = '', type = 'application/x-ndjson' } = {}): Promise<Answer> =>
    catalog.ask('POST', `/import${query}`, { as: 'staff', body, headers: { 'content-type': type } });

  it('changes nothing when it is what an export gave, as NDJSON and as CSV, drafts and schemas and all', async () => {
    await load(
      lamp('a', { tags: ['x; y', '=1+1'], description: 'Two\nlines, "quoted"', reviews: [{ author: 'Pia', rating: 3, text: 'Dim.' }] }),
      lamp('b', { status: 'draft', title: '-40 %', attributes: { watts: 5, dimmable: true, rooms: ['hall', 'den'] } }),
      lamp('c', { status: 'scheduled', publishAt: '2050-01-01T00:00:00Z' }),
    );
    const schema = { type: 'object', properties: { watts: { type: 'number' } } };
    await catalog.ask('PUT', '/categories/lighting/schema', { as: 'staff', body: schema, headers: { 'if-match': '"0"' } });
    const stateOf = (): Promise<object[]> =>
      catalog.database.sql(
        'select slug, revision, version, rating_sum, content_hash, (select count(*) from outbox)::int as events from products order by slug',
      );
    const before = await stateOf();
    for (const [format, type] of [
      ['ndjson', 'application/x-ndjson'],
      ['csv', 'text/csv'],
    ] as const) {
      const file = await catalog.ask('GET', `/export?format=${format}`, { as: 'staff' });
      const { status, body, text } = await send(file.text, { query: '?replace=true', type });
      expect(status, text).to.equal(200);
      expect(body, text).to.deep.include({ format, created: 0, updated: 0, unchanged: 3, removed: 0, failed: 0 });
      expect(await stateOf()).to.deep.equal(before);
      expect((await catalog.ask('GET', '/categories/lighting/schema')).headers.get('etag')).to.equal('"1"');
    }
  });

  it('of CSV says at the line of the variant what is wrong with it', async () => {
    await load();
    const csv = [
      'slug,title,description,brand,category,sku,price,options',
      'one,"One',
      'lamp",D,B,lighting,ONE,100,',
      'two,Two,D,B,lighting,TWO-S,100,"{""size"":""s""}"',
      'two,,,,,TWO-L,cheap,',
      'three,Three,D,B,nowhere,THREE,1,',
      'four,Four,D,B,lighting,FOUR,1,,,,x',
      'five,Five,D,B,lighting,FIVE,1,',
    ].join('\r\n');
    const { body } = await send(csv, { type: 'text/csv; charset=utf-8' });
    expect(body).to.deep.include({ created: 2, failed: 3 });
    expect((body as unknown as Report).errors.map(({ line, errors }) => [line, errors[0]?.field])).to.deep.equal([
      [5, '/variants/1/price'],
      [6, '/category'],
      [7, '/'],
    ]);
    expect(await slugs()).to.have.members(['one', 'five']);
    const unknown = await send('slug,colour\na,b', { type: 'text/csv' });
    expect(unknown.body).to.nested.include({ failed: 1, 'errors[0].line': 1, 'errors[0].errors[0].field': 'colour' });
    const open = await send('slug,title\na,"b', { type: 'text/csv' });
    expect(open.body).to.nested.include({ failed: 1, 'errors[0].errors[0].rule': 'csv' });
  });

  it('that broke off goes on after the last line done when the same file comes again, and takes no other file', async () => {
    const id = '0190a0a0-0000-7000-8000-00000000aa01';
    const lines = [...homeAndLighting, ...['a', 'b', 'c', 'd'].map((name) => lamp(name))];
    await new Promise<void>((done) => {
      const headers = { authorization: tokenOf('staff'), 'content-type': 'application/x-ndjson', 'content-length': '100000' };
      const upload = request(`${catalog.url}/api/catalog/import?id=${id}`, { method: 'POST', headers });
      upload.on('error', () => {
        done();
      });
      upload.write(`${ndjson(...lines.slice(0, 4))}\n`);
      void (async () => {
        while (!(await slugs()).includes('b'));
        upload.destroy(new Error('the network broke'));
      })();
    });
    expect((await catalog.ask('GET', `/imports/${id}`, { as: 'support' })).body).to.deep.include({
      state: 'running',
      lines: 4,
      created: 2,
    });
    await catalog.database.sql('update imports set leased_until = null');
    const other = await send(ndjson(...homeAndLighting, lamp('a'), lamp('x'), lamp('c')), { query: `?id=${id}` });
    expect([other.status, other.body['code']]).to.deep.equal([422, 'other_file']);
    const again = await send(ndjson(...lines), { query: `?id=${id}` });
    expect(again.body, again.text).to.deep.include({ id, state: 'done', lines: 6, created: 4, unchanged: 0, failed: 0 });
    expect((await send(ndjson(...lines), { query: `?id=${id}` })).body).to.deep.include({ state: 'done', created: 4 });
  });

  it('may come in pieces, which are not done twice and leave no hole', async () => {
    const id = '0190a0a0-0000-7000-8000-00000000aa02';
    const header = 'slug,title,description,brand,category,sku,price';
    const piece = (body: string, from: number, more: boolean): Promise<Answer> =>
      send(body, { query: `?id=${id}&from=${String(from)}&more=${String(more)}&replace=true`, type: 'text/csv' });
    await load(lamp('gone'));
    await load();
    expect(
      (await piece(`type,${header}\ncategory,home,Home,,,,,\ncategory,lighting,Lighting,,,home,,\n,a,A,D,B,lighting,A,1\n`, 1, true)).body,
    ).to.deep.include({ lines: 4, created: 1 });
    expect((await piece(',c,C,D,B,lighting,C,1\n', 6, true)).status).to.equal(422);
    const second = ',b,B,D,B,lighting,B,1\n,a,A,D,B,lighting,A2,1\n';
    expect((await piece(second, 5, true)).body).to.deep.include({ lines: 6, created: 2, failed: 1 });
    expect((await piece(second, 5, true)).body).to.deep.include({ lines: 6, created: 2, failed: 1 });
    const { body } = await piece(',c,C,D,B,lighting,C,1', 7, false);
    expect(body).to.deep.include({ state: 'done', created: 3, failed: 1, removed: 0 });
    expect((body as unknown as Report).errors.map(({ line, errors: found }) => [line, found[0]?.field])).to.deep.equal([[6, '/slug']]);
    const errors = (await catalog.ask('GET', `/imports/${id}/errors`, { as: 'support' })).body['items'] as object[];
    expect(errors).to.have.length(1);
  });

  it('refuses of many lines those alone that a constraint is against', async () => {
    await load(lamp('taken'));
    const many = Array.from({ length: 150 }, (_, at) =>
      lamp(`m${String(at)}`, at === 70 ? { variants: [{ sku: 'TAKEN-S', price: 1 }] } : at === 20 ? { category: 'nowhere' } : {}),
    );
    const report = await load(...many);
    expect(report).to.deep.include({ created: 148, failed: 2 });
    expect(report.errors.map(({ line, errors }) => [line, errors[0]?.field])).to.deep.equal([
      [23, '/category'],
      [73, '/variants'],
    ]);
  });

  it('is for staff, NDJSON and CSV', async () => {
    expect((await catalog.ask('POST', '/import', { body: '' })).status).to.equal(401);
    expect((await catalog.ask('POST', '/import', { as: 'customer', body: '' })).status).to.equal(403);
    expect((await catalog.ask('GET', '/export', { as: 'customer' })).status).to.equal(403);
    expect((await catalog.ask('POST', '/import', { as: 'staff', body: { a: 1 } })).status).to.equal(415);
  });
});
