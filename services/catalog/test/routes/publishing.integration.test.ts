import { createLogger } from '@cartwright/kernel/telemetry/logger';
import { expect } from 'chai';
import { setTimeout as delay } from 'node:timers/promises';
import { auditIndex } from '../../adapters/index-audit.ts';
import { indexEntries } from '../../adapters/index-entries.ts';
import { publishDue } from '../../adapters/publisher.ts';
import { homeAndLighting, lamp, ndjson } from '../examples.ts';
import { runCatalog } from '../running-catalog.ts';
import type { Answer, RunningCatalog } from '../running-catalog.ts';

const log = createLogger('test', 'error');

describe('Publishing', () => {
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
  const change = (id: string, body: Record<string, unknown>, headers = {}): Promise<Answer> =>
    catalog.ask('PATCH', `/products/${id}`, { as: 'staff', body, headers });
  const events = async (id: string): Promise<string[]> =>
    (
      await catalog.database.sql<{ event: string }>(
        `select type || ' ' || aggregate_version as event from outbox where aggregate_id = ? order by aggregate_version`,
        [id],
      )
    ).map(({ event }) => event);
  const slugs = ({ body }: Answer): string[] => (body['items'] as { slug: string }[]).map(({ slug }) => slug);
  /** What a search finds when all changes are in the index. */
  async function search(words: string): Promise<string[]> {
    const queued = (): Promise<{ n: number }[]> =>
      catalog.database.sql(
        `select (select count(*) from index_queue)::int + (select count(*) from search_indices where state = 'building')::int as n`,
      );
    for (let found = await queued(); found[0]?.n !== 0; found = await queued()) await delay(50);
    await catalog.parts.index.count(); // refreshes
    return slugs(await catalog.ask('GET', `/search?q=${words}`));
  }

  it('keeps a draft from customers on every path, and tells nobody of it', async () => {
    const id = await add('secret', { status: 'draft', title: 'Zanzibar' });
    for (const name of [id, 'secret']) expect((await catalog.ask('GET', `/products/${name}`)).status).to.equal(404);
    expect((await catalog.ask('GET', `/products/${id}/reviews`)).status).to.equal(404);
    const review = { author: 'A', rating: 5, text: 'T' };
    expect((await catalog.ask('POST', `/products/${id}/reviews`, { as: 'customer', body: review })).status).to.equal(404);
    expect(slugs(await catalog.ask('GET', '/products?limit=100'))).not.to.include('secret');
    expect((await catalog.ask('GET', '/products?status=draft')).status).to.equal(403);
    expect((await catalog.ask('GET', '/products?status=all', { as: 'customer' })).status).to.equal(403);
    expect(await search('Zanzibar')).to.deep.equal([]);
    expect(await events(id)).to.deep.equal([]);
    expect((await catalog.ask('GET', `/products/${id}`, { as: 'support' })).body).to.deep.include({ status: 'draft', version: 1 });
    expect(slugs(await catalog.ask('GET', '/products?status=draft', { as: 'staff' }))).to.deep.equal(['secret']);
  });

  it('begins a product for others when it is published, and ends it when it is withdrawn', async () => {
    const id = await add('coming', { status: 'draft', title: 'Kilimanjaro' });
    await change(id, { title: 'Kilimanjaro lamp' });
    await change(id, { status: 'published' });
    expect((await catalog.ask('GET', '/products/coming')).body).to.deep.include({
      title: 'Kilimanjaro lamp',
      status: 'published',
      version: 3,
    });
    expect(await search('Kilimanjaro')).to.deep.equal(['coming']);
    await change(id, { status: 'draft' });
    expect((await catalog.ask('GET', '/products/coming')).status).to.equal(404);
    expect(await search('Kilimanjaro')).to.deep.equal([]);
    await change(id, { status: 'published' });
    expect((await catalog.ask('GET', '/products/coming')).status).to.equal(200);
    expect(await events(id)).to.deep.equal(['ProductCreated 1', 'ProductDeleted 2', 'ProductCreated 3']);
    const { products, documents, categories, index } = catalog.parts;
    await search('Kilimanjaro');
    const audit = await auditIndex(products, index, indexEntries({ products, documents, categories }));
    expect(audit).to.deep.include({ findings: [], tooMany: 0 });
  });

  it('comes for a scheduled product when its time has come, once, however many copies look', async () => {
    const later = await add('later', { status: 'scheduled', publishAt: new Date(Date.now() + 3_600_000).toISOString() });
    const now = await add('now', { status: 'scheduled', publishAt: new Date(Date.now() - 1000).toISOString() });
    expect((await catalog.ask('GET', `/products/${now}`)).status).to.equal(404);
    await Promise.all([publishDue(catalog.parts, log), publishDue(catalog.parts, log)]);
    expect((await catalog.ask('GET', `/products/${now}`)).body).to.deep.include({ status: 'published', publishAt: null });
    expect((await catalog.ask('GET', `/products/${later}`)).status).to.equal(404);
    expect(await events(now)).to.deep.equal(['ProductCreated 1']);
    // As it was entered: the line of an export changes nothing.
    const line = (await catalog.ask('GET', '/export', { as: 'staff' })).text.split('\n').find((text) => text.includes('"slug":"now"'));
    const again = await catalog.ask('POST', '/import', { as: 'staff', body: line });
    expect(again.body).to.deep.include({ unchanged: 1, updated: 0, failed: 0 });
  });

  it('needs a time of what is scheduled, and takes none else', async () => {
    const without = await catalog.ask('POST', '/products', { as: 'staff', body: lamp('no-time', { status: 'scheduled' }) });
    expect([without.status, (without.body['errors'] as { field: string }[])[0]?.field]).to.deep.equal([422, '/publishAt']);
    const with_ = await catalog.ask('POST', '/products', { as: 'staff', body: lamp('a-time', { publishAt: '2030-01-01T00:00:00Z' }) });
    expect([with_.status, (with_.body['errors'] as { rule: string }[])[0]?.rule]).to.deep.equal([422, 'scheduled']);
  });
});

describe('The ETag of a product', () => {
  let catalog: RunningCatalog;
  let id: string;
  before(async () => {
    catalog = await runCatalog();
    await catalog.ask('POST', '/import', { as: 'staff', body: ndjson(...homeAndLighting) });
  });
  beforeEach(async () => {
    const name = `tagged-${String(Math.random()).slice(2, 10)}`;
    id = (await catalog.ask('POST', '/products', { as: 'staff', body: lamp(name) })).body['id'] as string;
  });
  after(() => catalog.close());

  it('spares a customer what they have already, and is another after a change', async () => {
    const first = await catalog.ask('GET', `/products/${id}`);
    const etag = first.headers.get('etag') ?? '';
    const again = await catalog.ask('GET', `/products/${id}`, { headers: { 'if-none-match': etag } });
    expect([again.status, again.text, again.headers.get('etag')]).to.deep.equal([304, '', etag]);
    await catalog.ask('PATCH', `/products/${id}`, { as: 'staff', body: { title: 'Another' } });
    const changed = await catalog.ask('GET', `/products/${id}`, { headers: { 'if-none-match': etag } });
    expect([changed.status, changed.body['title']]).to.deep.equal([200, 'Another']);
  });

  it('lets of two changes that were made on the same state only one through', async () => {
    const { headers } = await catalog.ask('GET', `/products/${id}`, { as: 'staff' });
    const ifMatch = { 'if-match': headers.get('etag') ?? '' };
    const answers = await Promise.all(
      ['One', 'Two'].map((title) => catalog.ask('PATCH', `/products/${id}`, { as: 'staff', body: { title }, headers: ifMatch })),
    );
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 412]);
    expect((await catalog.ask('DELETE', `/products/${id}`, { as: 'staff', headers: ifMatch })).status).to.equal(412);
    const fresh = answers.find(({ status }) => status === 200)?.headers.get('etag') ?? '';
    expect((await catalog.ask('DELETE', `/products/${id}`, { as: 'staff', headers: { 'if-match': fresh } })).status).to.equal(204);
  });

  it('that a customer was given is good for a change too: stock and ratings are not what staff enters', async () => {
    const etag = (await catalog.ask('GET', `/products/${id}`)).headers.get('etag') ?? '';
    await catalog.ask('POST', `/products/${id}/reviews`, { as: 'customer', body: { author: 'A', rating: 4, text: 'T' } });
    const answer = await catalog.ask('PATCH', `/products/${id}`, { as: 'staff', body: { title: 'New' }, headers: { 'if-match': etag } });
    expect(answer.status, answer.text).to.equal(200);
    const weak = await catalog.ask('PATCH', `/products/${id}`, { as: 'staff', body: { title: 'N' }, headers: { 'if-match': `W/"2"` } });
    expect(weak.status).to.equal(412);
    const none = await catalog.ask('PATCH', `/products/${id}`, { as: 'staff', body: { title: 'N' }, headers: { 'if-match': 'bare' } });
    expect(none.status).to.equal(400);
  });
});

describe('A slug that a product had before', () => {
  let catalog: RunningCatalog;
  before(async () => {
    catalog = await runCatalog();
    await catalog.ask('POST', '/import', { as: 'staff', body: ndjson(...homeAndLighting) });
  });
  after(() => catalog.close());

  it('leads to the product where it is now, until another product takes it', async () => {
    const { body } = await catalog.ask('POST', '/products', { as: 'staff', body: lamp('old-name') });
    for (const slug of ['middle-name', 'new-name'])
      await catalog.ask('PATCH', `/products/${String(body['id'])}`, { as: 'staff', body: { slug } });
    for (const former of ['old-name', 'middle-name']) {
      const moved = await catalog.ask('GET', `/products/${former}`);
      expect([moved.status, moved.headers.get('location')]).to.deep.equal([308, '/api/catalog/products/new-name']);
    }
    const other = lamp('old-name', { variants: [{ sku: 'OTHER', price: 1 }] });
    expect((await catalog.ask('POST', '/products', { as: 'staff', body: other })).status).to.equal(201);
    expect((await catalog.ask('GET', '/products/old-name')).body['variants']).to.have.length(1);
    await catalog.ask('PATCH', `/products/${String(body['id'])}`, { as: 'staff', body: { slug: 'middle-name' } });
    expect((await catalog.ask('GET', '/products/middle-name')).status).to.equal(200);
    expect((await catalog.ask('GET', '/products/new-name')).headers.get('location')).to.equal('/api/catalog/products/middle-name');
    await catalog.ask('PATCH', `/products/${String(body['id'])}`, { as: 'staff', body: { status: 'draft' } });
    expect((await catalog.ask('GET', '/products/new-name')).status).to.equal(404);
  });

  it('stands beside brands and tags, which are counted by name', async () => {
    await catalog.ask('POST', '/products', { as: 'staff', body: lamp('tag-1', { brand: 'Aaa', tags: ['a1', 'b2'] }) });
    await catalog.ask('POST', '/products', { as: 'staff', body: lamp('tag-2', { brand: 'Aaa', tags: ['b2'], sellerId: 'other' }) });
    expect((await catalog.ask('GET', '/brands?limit=1')).body['items']).to.deep.equal([{ name: 'Aaa', products: 2 }]);
    expect((await catalog.ask('GET', '/tags')).body['items']).to.deep.equal([
      { name: 'a1', products: 1 },
      { name: 'b2', products: 2 },
    ]);
    for (const query of ['tag=a1', 'brand=Aaa&tag=a1'])
      expect((await catalog.ask('GET', `/products?${query}`)).body['items']).to.have.length(1);
    expect((await catalog.ask('GET', '/products?sellerId=other')).body['items']).to.have.length(1);
  });
});
