import { expect } from 'chai';
import { v7 } from 'uuid';
import { homeAndLighting, lamp, ndjson } from '../examples.ts';
import { runCatalog } from '../running-catalog.ts';
import type { Answer, RunningCatalog } from '../running-catalog.ts';

describe('Reviews', () => {
  let catalog: RunningCatalog;
  before(async () => {
    catalog = await runCatalog();
    await catalog.ask('POST', '/import', { as: 'staff', body: ndjson(...homeAndLighting) });
  });
  after(() => catalog.close());

  async function add(name: string): Promise<string> {
    return (await catalog.ask('POST', '/products', { as: 'staff', body: lamp(name) })).body['id'] as string;
  }
  const review = (id: string, rating: number, userId = v7()): Promise<Answer> =>
    catalog.ask('POST', `/products/${id}/reviews`, { as: { userId, role: 'customer' }, body: { author: 'Ada', rating, text: 'Bright.' } });

  it('make a rating that is exact, however many are written at once', async () => {
    const id = await add('rated');
    const ratings = [5, 4, 4, 1, 2, 5, 5, 3, 4, 5, 1, 1, 2, 5];
    const answers = await Promise.all(ratings.map((rating) => review(id, rating)));
    expect(answers.map(({ status }) => status)).to.deep.equal(ratings.map(() => 201));
    const mean = ratings.reduce((sum, rating) => sum + rating, 0) / ratings.length;
    expect((await catalog.ask('GET', `/products/${id}`)).body).to.deep.include({
      rating: Math.round(mean * 10) / 10,
      reviewCount: ratings.length,
    });
  });

  it('are one a customer and product, also when sent twice at once', async () => {
    const id = await add('once');
    const customer = v7();
    const answers = await Promise.all([review(id, 5, customer), review(id, 1, customer), review(id, 3, customer)]);
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([201, 409, 409]);
    expect((await catalog.ask('GET', `/products/${id}`)).body['reviewCount']).to.equal(1);
  });

  it('are listed in pages, the newest first', async () => {
    const id = await add('listed');
    for (const rating of [1, 2, 3]) await review(id, rating);
    const first = (await catalog.ask('GET', `/products/${id}/reviews?limit=2`)).body;
    const second = (await catalog.ask('GET', `/products/${id}/reviews?limit=2&cursor=${String(first['nextCursor'])}`)).body;
    const ratings = [first, second].flatMap((page) => (page['items'] as { rating: number }[]).map(({ rating }) => rating));
    expect(ratings).to.deep.equal([3, 2, 1]);
    expect(second['nextCursor']).to.equal(null);
  });

  it('need a product and somebody who is signed in', async () => {
    expect((await review(v7(), 5)).status).to.equal(404);
    expect((await catalog.ask('GET', `/products/${v7()}/reviews`)).status).to.equal(404);
    const id = await add('signed-in');
    expect((await catalog.ask('POST', `/products/${id}/reviews`, { body: { author: 'A', rating: 5, text: 'T' } })).status).to.equal(401);
  });

  it('survive the import of what was exported, and are not doubled', async () => {
    const id = await add('round-trip');
    await review(id, 4);
    const exported = (await catalog.ask('GET', '/export', { as: 'staff' })).text;
    const report = await catalog.ask('POST', '/import', { as: 'staff', body: exported });
    expect(report.body).to.deep.include({ created: 0, updated: 0, failed: 0 });
    expect((await catalog.ask('GET', `/products/${id}`)).body).to.deep.include({ reviewCount: 1, rating: 4, version: 1 });
  });
});
