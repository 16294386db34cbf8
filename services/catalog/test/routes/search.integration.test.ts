import { until } from '@cartwright/kernel/test/postgres/test-database';
import { expect } from 'chai';
import { StockUpdated } from '@cartwright/kernel/events/stock-updated';
import { facetsInPostgres } from '../../adapters/facets-in-postgres.ts';
import { noCounts } from '../../domain/search/facets.ts';
import { readOwnCatalogue } from '../../seed/own-catalogue.ts';
import { ndjson } from '../examples.ts';
import { runCatalog } from '../running-catalog.ts';
import type { RunningCatalog } from '../running-catalog.ts';

interface Found {
  readonly items: readonly {
    id: string;
    slug: string;
    title: string;
    brand: string;
    price: { amount: number };
    rating: number | null;
    inStock: boolean;
    highlight: { title?: string; description?: string };
  }[];
  readonly total: number;
  readonly facets: Readonly<Record<string, readonly { value: string; count: number }[]>>;
  readonly nextCursor: string | null;
  readonly degraded: boolean;
  readonly didYouMean: string | null;
}

const { categories, products } = readOwnCatalogue();
const everything = ndjson(...categories.map((category) => ({ category })), ...products.map(({ line }) => line));

async function searchIn(catalog: RunningCatalog, query: string): Promise<Found> {
  const { status, text, body } = await catalog.ask('GET', `/search?${query}`);
  expect(status, text).to.equal(200);
  return body as unknown as Found;
}

/** Elasticsearch shows what was written after a refresh. */
async function settle(catalog: RunningCatalog): Promise<void> {
  await until('the index has followed', async () => {
    const [row] = await catalog.database.sql<{ waiting: number }>(
      `select (select count(*) from index_queue)::int + (select count(*) from search_indices where state = 'building')::int as waiting`,
    );
    return row?.waiting === 0;
  });
  await fetch(`${catalog.elasticsearchUrl}/${await catalog.index()}/_refresh`, { method: 'POST' });
}

describe('The search', () => {
  let catalog: RunningCatalog;
  const search = (query: string): Promise<Found> => searchIn(catalog, query);
  before(async () => {
    catalog = await runCatalog();
    const { body } = await catalog.ask('POST', '/import', { as: 'staff', body: everything });
    expect(body).to.deep.include({ created: products.length, failed: 0 });
    await settle(catalog);
  });
  after(() => catalog.close());

  it('finds every product, and counts them by category, brand, price and rating', async () => {
    const { total, facets, degraded } = await search('limit=1');
    expect([total, degraded]).to.deep.equal([products.length, false]);
    const lighting = products.filter(({ line }) => line.category === 'lighting').length;
    expect(facets['category']).to.deep.include({ value: 'lighting', count: lighting });
    expect(facets['price']?.reduce((sum, { count }) => sum + count, 0)).to.equal(products.length);
  });

  for (const words of ['walnut desk lamp', 'wallnut desk lamp', 'walnut dsek lamp', 'WALNUT-DESK-LAMP-LARGE']) {
    it(`finds the Walnut Desk Lamp first by “${words}”`, async () => {
      expect((await search(`q=${encodeURIComponent(words)}`)).items[0]?.slug).to.equal('walnut-desk-lamp');
    });
  }

  for (const sort of ['relevance', 'price', '-price', 'rating', 'newest']) {
    for (const q of ['', '&q=steel']) {
      it(`gives each product once in pages sorted by ${sort}${q === '' ? '' : ' with words'}`, async () => {
        const seen: string[] = [];
        let total: number;
        for (let cursor = ''; ;) {
          const page = await search(`sort=${sort}${q}&limit=50${cursor}`);
          seen.push(...page.items.map(({ slug }) => slug));
          total = page.total;
          if (page.nextCursor === null) break;
          cursor = `&cursor=${page.nextCursor}`;
        }
        expect(new Set(seen).size).to.equal(seen.length);
        expect(seen.length).to.equal(total);
      });
    }
  }

  it('says what was meant where words are misspelt, and finds that', async () => {
    const { items, didYouMean } = await search('q=wallnut%20dsek%20lmap');
    expect([items[0]?.slug, didYouMean]).to.deep.equal(['walnut-desk-lamp', 'walnut desk lamp']);
    expect((await search('q=walnut')).didYouMean).to.equal(null);
  });

  it('marks the words in texts that are safe to show as HTML', async () => {
    const { items } = await search('q=desk%20lamps');
    expect(items[0]?.highlight.title).to.equal('Walnut <mark>Desk</mark> <mark>Lamp</mark>');
    const chef = (await search('q=knives')).items.find(({ slug }) => slug.startsWith('chef'));
    expect(chef?.highlight.title).to.equal('Chef&#x27;s <mark>Knife</mark> Santo');
  });

  it('gives each product once though products change between the pages', async () => {
    const seen: string[] = [];
    let cursor = '';
    for (let page = 0; ; page++) {
      const { items, nextCursor } = await search(`sort=price&limit=40${cursor}`);
      seen.push(...items.map(({ slug }) => slug));
      if (nextCursor === null) break;
      cursor = `&cursor=${nextCursor}`;
      if (page === 1) {
        // The dearest becomes the cheapest: it stands on no page that is still to come, had the list not been kept.
        const [dearest] = (await search('sort=-price&limit=1')).items;
        const product = (await catalog.ask('GET', `/products/${String(dearest?.slug)}`)).body as {
          id: string;
          variants: { sku: string }[];
        };
        const variants = product.variants.map(({ sku }) => ({ sku, price: 1 }));
        expect((await catalog.ask('PATCH', `/products/${product.id}`, { as: 'staff', body: { variants } })).status).to.equal(200);
        await settle(catalog);
        expect((await search('sort=price&limit=1')).items[0]?.price.amount).to.equal(1);
      }
    }
    expect([seen.length, new Set(seen).size]).to.deep.equal([products.length, products.length]);
  });

  it('goes on in a new state of the index where the one before has ended, and refuses a place that is none', async () => {
    const first = await search('sort=price&limit=50');
    const [order, mode, , ...values] = JSON.parse(Buffer.from(first.nextCursor ?? '', 'base64url').toString()) as string[];
    const cursorWith = (pit: string): string => Buffer.from(JSON.stringify([order, mode, pit, ...values])).toString('base64url');
    const opened = (await (
      await fetch(`${catalog.elasticsearchUrl}/${await catalog.index()}/_pit?keep_alive=1m`, { method: 'POST' })
    ).json()) as { id: string };
    await fetch(`${catalog.elasticsearchUrl}/_pit`, {
      method: 'DELETE',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(opened),
    });
    const { items } = await search(`sort=price&limit=50&cursor=${cursorWith(opened.id)}`);
    expect(items).to.have.length(50);
    expect(items.map(({ slug }) => slug)).not.to.include(first.items.at(-1)?.slug);
    const { status, body } = await catalog.ask('GET', `/search?sort=price&cursor=${cursorWith('nothing')}`);
    expect([status, body['code']], JSON.stringify(body)).to.deep.equal([422, 'invalid_field']);
  });

  it('keeps to the filters, and counts other brands beside the chosen one', async () => {
    const { items, facets, total } = await search('category=lighting&brand=Nightjar&minPrice=2000&maxPrice=7000&minRating=4&limit=100');
    expect(total).to.be.above(0);
    for (const { brand, price, rating } of items) {
      expect(brand).to.equal('Nightjar');
      expect(price.amount).to.be.within(2000, 7000);
      expect(rating).to.be.at.least(4);
    }
    expect(facets['brand']?.length).to.be.above(1);
  });

  it('knows what is in stock from the events of inventory', async () => {
    expect((await search('inStock=true')).total).to.equal(0);
    const sku = 'WALNUT-DESK-LAMP-SMALL';
    const event = StockUpdated.create({
      aggregateId: sku,
      aggregateVersion: 1,
      data: { sku, onHand: 3, reserved: 1, available: 2, reason: 'adjusted' },
    });
    expect(await catalog.deliver(event)).to.deep.equal(['SUCCESS']);
    await settle(catalog);
    const found = await search('inStock=true');
    expect(found.items.map(({ slug }) => slug)).to.deep.equal(['walnut-desk-lamp']);
    const { variants } = (await catalog.ask('GET', '/products/walnut-desk-lamp')).body as { variants: { available: number | null }[] };
    expect(variants.map(({ available }) => available)).to.deep.equal([2, null]);
  });

  for (const query of [
    {},
    { category: 'home' },
    { brand: 'Nightjar' },
    { category: 'lighting', brand: 'Nightjar', minPrice: 2000, maxPrice: 7000, minRating: 4 },
    { inStock: true, minRating: 3 },
    { inStock: false, category: 'kitchen' },
  ])
    it(`is what Postgres counts and finds too: ${JSON.stringify(query)}`, async () => {
      const { index, fallback } = catalog.parts;
      for (const sort of ['price', 'newest', 'rating', 'relevance'] as const) {
        const [usual, degraded] = [await index.search({ ...query, sort, limit: 30 }), await fallback.search({ ...query, sort, limit: 30 })];
        expect(degraded.items.map(({ slug }) => slug)).to.deep.equal(usual.items.map(({ slug }) => slug));
        expect(degraded.total).to.equal(usual.total);
        expect(degraded.facets).to.deep.equal(usual.facets);
      }
    });

  it('is counted in Postgres no further than its bounds', async () => {
    const { categories: tree } = catalog.parts;
    const sum = (counts: readonly { count: number }[]): number => counts.reduce((all, { count }) => all + count, 0);
    const few = await facetsInPostgres(catalog.database, tree, { mostCounted: 10 })({});
    expect([sum(few.brand), sum(few.price)]).to.deep.equal([10, 10]);
    const slow = facetsInPostgres(catalog.database, tree, { longestMs: 50 });
    await catalog.database.transaction(async ({ em }) => {
      await em.execute('lock table products', [], 'run');
      expect(await slow({})).to.deep.equal(noCounts);
    });
  });

  it('suggests titles while one types, typos forgiven', async () => {
    for (const typed of ['walnut des', 'desk la', 'wlanut d']) {
      const { items } = (await catalog.ask('GET', `/suggest?q=${encodeURIComponent(typed)}`)).body as { items: { text: string }[] };
      expect(
        items.map(({ text }) => text),
        typed,
      ).to.include('Walnut Desk Lamp');
    }
  });

  it('publishes what was looked for and what was opened, once for all pages', async () => {
    const published = (): Promise<{ type: string; data: Record<string, unknown> }[]> =>
      catalog.database.sql(`select type, data from outbox where topic = 'searches' order by position`);
    await catalog.parts.journal.flush();
    const before = (await published()).length;
    const first = await catalog.ask('GET', '/search?q=Lamp&category=home&limit=2');
    await catalog.ask('GET', `/search?q=Lamp&category=home&limit=2&cursor=${String(first.body['nextCursor'])}`);
    const nothing = await catalog.ask('GET', '/search?q=zzzzqqq');
    const [{ id: productId } = { id: '' }] = first.body['items'] as { id: string }[];
    const { searchId, total } = first.body;
    expect((await catalog.ask('POST', '/search/clicks', { body: { searchId, productId, position: 1 } })).status).to.equal(202);
    await catalog.parts.journal.flush();
    expect((await published()).slice(before)).to.deep.equal([
      { type: 'SearchPerformed', data: { searchId, words: 'lamp', filters: ['category'], found: total, degraded: false } },
      { type: 'SearchFoundNothing', data: { searchId: nothing.body['searchId'], words: 'zzzzqqq', filters: [], degraded: false } },
      { type: 'SearchResultClicked', data: { searchId, productId, position: 1 } },
    ]);
  });

  it('finds products under a new name of their category', async () => {
    const { id } = (await catalog.ask('GET', '/products/walnut-desk-lamp')).body;
    await catalog.ask('POST', '/categories', { as: 'staff', body: { slug: 'lighting', name: 'Luminaires', parent: 'outdoors' } });
    await settle(catalog);
    const { items } = await search('q=luminaires&category=outdoors&limit=100');
    expect(items.map((item) => (item as unknown as { id: string }).id)).to.include(id);
  });

  it('comes back with all products when Elasticsearch has lost its data', async () => {
    const index = await catalog.index();
    await fetch(`${catalog.elasticsearchUrl}/${index}`, { method: 'DELETE' });
    expect((await search('limit=1')).degraded).to.equal(true);
    await catalog.ask('PATCH', `/products/${String((await catalog.ask('GET', '/products/walnut-desk-lamp')).body['id'])}`, {
      as: 'staff',
      body: { tags: ['again'] },
    });
    await settle(catalog);
    expect(await search('limit=1')).to.deep.include({ total: products.length, degraded: false });
  });
});

describe('While Elasticsearch is away', () => {
  let catalog: RunningCatalog;
  before(async () => {
    catalog = await runCatalog({ elasticsearchUrl: 'http://127.0.0.1:9' });
    await catalog.ask('POST', '/import', { as: 'staff', body: everything });
  });
  after(() => catalog.close());

  async function pages(query: string): Promise<Found['items'][number][]> {
    const seen: Found['items'][number][] = [];
    for (let cursor = ''; ;) {
      const page = await searchIn(catalog, `${query}${cursor}`);
      seen.push(...page.items);
      if (page.nextCursor === null) {
        expect([seen.length, new Set(seen.map(({ slug }) => slug)).size]).to.deep.equal([page.total, page.total]);
        return seen;
      }
      cursor = `&cursor=${page.nextCursor}`;
    }
  }

  it('what matches is listed from Postgres and marked so', async () => {
    const found = await searchIn(catalog, 'q=lamp&category=home&minPrice=2000&maxPrice=20000&limit=100');
    expect(found.degraded).to.equal(true);
    expect(found.items.length).to.be.above(0);
    for (const { price } of found.items) expect(price.amount).to.be.within(2000, 20_000);
    expect((await searchIn(catalog, 'q=lamp%25zz')).items).to.deep.equal([]);
    expect((await searchIn(catalog, 'q=%3F')).items).to.deep.equal([]);
    const brands = (await searchIn(catalog, 'brand=Nightjar&minRating=4')).items;
    expect(brands.length).to.be.above(0);
    expect((await searchIn(catalog, 'brand=Nightjar&inStock=true')).items).to.deep.equal([]);
  });

  for (const words of ['WALNUT-DESK-LAMP-LARGE', 'walnut desk lamps', 'the wal desk lam'])
    it(`the Walnut Desk Lamp is found first by “${words}”`, async () => {
      expect((await searchIn(catalog, `q=${encodeURIComponent(words)}`)).items[0]?.slug).to.equal('walnut-desk-lamp');
    });

  for (const q of ['', 'q=lamp&']) {
    for (const [sort, follows] of [
      ['price', (one, next) => one.price.amount <= next.price.amount],
      ['-price', (one, next) => one.price.amount >= next.price.amount],
      ['rating', (one, next) => (one.rating ?? -1) >= (next.rating ?? -1)],
      ['newest', (one, next) => one.id > next.id],
      ['relevance', () => true],
    ] as readonly [string, (one: Found['items'][number], next: Found['items'][number]) => boolean][])
      it(`each product comes once in pages sorted by ${sort}${q === '' ? '' : ' with words'}`, async () => {
        const seen = await pages(`${q}sort=${sort}&limit=${q === '' ? '50' : '2'}`);
        expect(seen.length).to.be.above(4);
        for (const [at, next] of seen.slice(1).entries()) expect(follows(seen[at]!, next), next.slug).to.equal(true);
      });
  }

  it('a place in a list of another order is refused', async () => {
    const { nextCursor } = await searchIn(catalog, 'sort=price&limit=2');
    const { status, body } = await catalog.ask('GET', `/search?sort=newest&cursor=${String(nextCursor)}`);
    expect([status, body['code']]).to.deep.equal([422, 'invalid_field']);
  });

  it('a page that began in Elasticsearch is not continued in another order', async () => {
    const cursor = Buffer.from('["price","exact","",1,"x"]').toString('base64url');
    const { status, body } = await catalog.ask('GET', `/search?sort=price&cursor=${cursor}`);
    expect([status, body['code']]).to.deep.equal([503, 'unavailable']);
  });

  it('titles are suggested by how their words begin, and marked so', async () => {
    for (const typed of ['walnut des', 'la des', 'WAL']) {
      const { body } = await catalog.ask('GET', `/suggest?q=${encodeURIComponent(typed)}`);
      const { items, degraded } = body as unknown as { items: { text: string }[]; degraded: boolean };
      expect([degraded, items.map(({ text }) => text)], typed).to.satisfy(
        ([marked, texts]: [boolean, string[]]) => marked && texts.includes('Walnut Desk Lamp'),
      );
    }
    expect((await catalog.ask('GET', '/suggest?q=wlanut')).body).to.deep.equal({ items: [], degraded: true });
  });
});
