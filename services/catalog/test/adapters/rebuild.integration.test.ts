import { expect } from 'chai';
import { StockUpdated } from '@cartwright/kernel/events/stock-updated';
import { auditIndex } from '../../adapters/index-audit.ts';
import { indexEntries } from '../../adapters/index-entries.ts';
import { readOwnCatalogue } from '../../seed/own-catalogue.ts';
import { ndjson } from '../examples.ts';
import { runCatalog } from '../running-catalog.ts';
import type { RunningCatalog } from '../running-catalog.ts';

const { categories, products } = readOwnCatalogue();
const copies = 3;
const writesASecond = 50;

/** Enough products that a build takes a while: the own catalogue several times over. */
const everything = ndjson(
  ...categories.map((category) => ({ category })),
  ...Array.from({ length: copies }, (_, copy) =>
    products.map(({ line: { reviews: _reviews, ...line } }) => ({
      ...line,
      slug: `${line.slug}-${String(copy)}`,
      variants: line.variants.map((variant) => ({ ...variant, sku: `${variant.sku}-${String(copy)}` })),
    })),
  ).flat(),
);

describe('While the search index is built anew', function () {
  this.timeout(120_000); // as long as the machine takes: how fast it is, the bench says
  let catalog: RunningCatalog;
  before(async () => {
    catalog = await runCatalog();
    const { body } = await catalog.ask('POST', '/import', { as: 'staff', body: everything });
    expect(body).to.deep.include({ created: products.length * copies, failed: 0 });
    await settled();
  });
  after(() => catalog.close());

  async function settled(): Promise<void> {
    const [row] = await catalog.database.sql<{ waiting: number }>(
      `select (select count(*) from index_queue)::int + (select count(*) from search_indices where state = 'building')::int as waiting`,
    );
    if ((row?.waiting ?? 0) === 0) return;
    await new Promise((done) => setTimeout(done, 20));
    await settled();
  }

  /** The index that searches ask; the one before may be there for a moment more. */
  const live = async (): Promise<string> =>
    (await catalog.database.sql<{ name: string }>(`select name from search_indices where state = 'live'`))[0]?.name ?? '';
  const audit = () => auditIndex(catalog.parts.products, catalog.parts.index, indexEntries(catalog.parts));

  it(`and ${String(writesASecond)} changes a second go on, nothing is missing afterwards, and searches go on`, async () => {
    const [{ alias } = { alias: '' }] = await catalog.database.sql<{ alias: string }>('select alias from search_indices');
    const liveBefore = await live();
    const ids = await catalog.parts.products.ids(undefined, 10_000);
    const refused: string[] = [];
    const statuses: number[] = [];
    let made = 0;
    const writes: Promise<void>[] = [];
    // Each step of the build waits until a second's changes were made between what it read and what it writes.
    let step = 0;
    const { index } = catalog.parts;
    const write = index.write.bind(index);
    index.write = async (names, entries) => {
      if (entries[0]?.version === 0) {
        step += writesASecond;
        while (made < step) await new Promise((done) => setTimeout(done, 5));
      }
      return write(names, entries);
    };
    const { body: begun } = await catalog.ask('POST', '/search-index/builds', { as: 'staff' });
    expect(begun).to.include({ state: 'building', total: products.length * copies });

    const change = async (number: number): Promise<void> => {
      const id = ids[(number * 37) % ids.length] ?? '';
      const kind = number % 5;
      if (kind === 4) {
        const { sku } = (await catalog.parts.products.byId(id))?.variants[0] ?? { sku: '' };
        if (sku === '') {
          made++;
          return; // removed
        }
        const data = { sku, onHand: number % 2, reserved: 0, available: number % 2, reason: 'adjusted' };
        await catalog.deliver(StockUpdated.create({ aggregateId: sku, aggregateVersion: number, data }));
        made++;
        return;
      }
      const answer =
        kind === 3
          ? await catalog.ask('DELETE', `/products/${id}`, { as: 'staff' })
          : await catalog.ask('PATCH', `/products/${id}`, { as: 'staff', body: { title: `Changed ${String(number)}` } });
      made++;
      if (![200, 204, 404].includes(answer.status)) refused.push(answer.text);
    };
    const began = performance.now();
    let isBuilding = true;
    for (let number = 0; isBuilding; number++) {
      const wait = began + (number * 1000) / writesASecond - performance.now();
      if (wait > 0) await new Promise((done) => setTimeout(done, wait));
      writes.push(change(number));
      if (number % 10 === 0) {
        statuses.push((await catalog.ask('GET', '/search?q=lamp')).status);
        isBuilding = (await catalog.ask('GET', '/search-index', { as: 'staff' })).body['state'] === 'building';
        expect((await catalog.ask('GET', '/search?limit=1')).body['degraded']).to.equal(false);
      }
    }
    await Promise.all(writes);
    index.write = write;
    await settled();

    expect(refused).to.deep.equal([]);
    expect(new Set(statuses)).to.deep.equal(new Set([200]));
    expect(made).to.be.at.least(writesASecond * 2);
    expect(await live()).to.satisfy((name: string) => name !== liveBefore && name.startsWith(alias));
    const found = await audit();
    expect(found).to.deep.equal({ products: found.products, findings: [], tooMany: 0 });
    expect(found.products).to.be.below(products.length * copies);
  });

  it('a change that came before its product was read is not undone by the build, and neither is a removal', async () => {
    const { index, products: stored } = catalog.parts;
    const [changed = '', removed = ''] = await stored.ids(undefined, 2);
    const entriesOf = indexEntries(catalog.parts);
    const name = `${index.alias}-late`;
    await index.create(name);
    const [old, gone] = (await entriesOf([changed, removed])).map(({ document = {} }) => document);
    await index.write([name], [{ id: changed, version: 7, document: { ...old, title: 'Later' } }]);
    await index.write([name], [{ id: removed, version: 8, document: undefined }]);
    await index.write(
      [name],
      [
        { id: changed, version: 0, document: { ...old } },
        { id: removed, version: 0, document: { ...gone } },
      ],
    );
    const read = async (id: string) =>
      (await (await fetch(`${catalog.elasticsearchUrl}/${name}/_doc/${id}`)).json()) as { found: boolean; _source?: { title: string } };
    expect((await read(changed))._source?.title).to.equal('Later');
    expect((await read(removed)).found).to.equal(false);
    await fetch(`${catalog.elasticsearchUrl}/${name}`, { method: 'DELETE' });
    expect(await index.write([name], [{ id: changed, version: 9, document: { ...old } }])).to.deep.equal([name]);
  });

  it('a build that was cut off is continued, and one whose index was lost begins again', async () => {
    const { index, rebuilds } = catalog.parts;
    await catalog.database.sql(`insert into search_indices (name, alias, state, last_id, leased_until)
      select alias || '-lost', alias, 'building', (select max(id::text)::uuid from products), now() - interval '1 second' from search_indices`);
    expect((await rebuilds.progress())?.state).to.equal('building');
    await rebuilds.start();
    await settled();
    const [live] = await catalog.database.sql<{ name: string }>('select name from search_indices');
    expect(live?.name).not.to.equal(`${index.alias}-lost`);
    expect((await audit()).findings).to.deep.equal([]);
  });

  it('is for staff', async () => {
    for (const [method, path] of [
      ['POST', '/search-index/builds'],
      ['GET', '/search-index'],
    ] as const) {
      expect((await catalog.ask(method, path)).status).to.equal(401);
      expect((await catalog.ask(method, path, { as: 'customer' })).status).to.equal(403);
    }
  });
});
