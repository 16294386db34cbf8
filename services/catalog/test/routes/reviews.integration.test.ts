import { until } from '@cartwright/kernel/test/postgres/test-database';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { createLogger } from '@cartwright/kernel/telemetry/logger';
import { ratingsOf } from '../../adapters/ratings.ts';
import { homeAndLighting, lamp, ndjson } from '../examples.ts';
import { seeded } from '../relevance/misspellings.ts';
import { runCatalog } from '../running-catalog.ts';
import type { Answer, RunningCatalog } from '../running-catalog.ts';

interface ReviewPage {
  readonly items: readonly { id: string; rating: number; helpful: number; createdAt: string }[];
  readonly summary: object;
  readonly nextCursor: string | null;
}

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

  it('are listed in pages, in every order, each once', async () => {
    const id = await add('listed');
    const written = await Promise.all([1, 2, 3, 3, 5].map((rating) => review(id, rating)));
    for (const [index, votes] of [
      [0, 2],
      [2, 1],
    ] as const)
      for (let vote = 0; vote < votes; vote++)
        await catalog.ask('PUT', `/reviews/${String(written[index]?.body['id'])}/vote`, { as: 'customer', body: { helpful: true } });
    const expected = { newest: undefined, rating: [5, 3, 3, 2, 1], '-rating': [1, 2, 3, 3, 5], helpful: undefined };
    for (const [sort, order] of Object.entries(expected)) {
      const seen: ReviewPage['items'][number][] = [];
      for (let cursor = ''; ;) {
        const body = (await catalog.ask('GET', `/products/${id}/reviews?sort=${sort}&limit=2${cursor}`)).body as unknown as ReviewPage;
        seen.push(...body.items);
        expect(body.summary).to.deep.equal({ average: 2.8, count: 5, stars: [1, 1, 2, 0, 1] });
        if (body.nextCursor === null) break;
        cursor = `&cursor=${body.nextCursor}`;
      }
      expect(new Set(seen.map((one) => one.id)).size, sort).to.equal(5);
      if (order !== undefined) expect(seen.map(({ rating }) => rating)).to.deep.equal(order);
      if (sort === 'helpful') expect(seen.map(({ helpful }) => helpful)).to.deep.equal([2, 1, 0, 0, 0]);
      const times = seen.map(({ createdAt }) => createdAt);
      if (sort === 'newest') expect(times).to.deep.equal([...times].sort().reverse());
    }
    const cursor = String((await catalog.ask('GET', `/products/${id}/reviews?sort=rating&limit=1`)).body['nextCursor']);
    expect((await catalog.ask('GET', `/products/${id}/reviews?sort=-rating&cursor=${cursor}`)).status).to.equal(422);
    const three = (await catalog.ask('GET', `/products/${id}/reviews?stars=3`)).body['items'] as { rating: number }[];
    expect(three.map(({ rating }) => rating)).to.deep.equal([3, 3]);
  });

  it('need a product and somebody who is signed in', async () => {
    expect((await review(v7(), 5)).status).to.equal(404);
    expect((await catalog.ask('GET', `/products/${v7()}/reviews`)).status).to.equal(404);
    const id = await add('signed-in');
    expect((await catalog.ask('POST', `/products/${id}/reviews`, { body: { author: 'A', rating: 5, text: 'T' } })).status).to.equal(401);
  });

  it('are changed and taken back by their author alone, and the rating follows', async () => {
    const id = await add('own');
    const author = v7();
    const { body } = await review(id, 2, author);
    const path = `/reviews/${String(body['id'])}`;
    for (const method of ['PATCH', 'DELETE'])
      expect((await catalog.ask(method, path, { as: 'customer', ...(method === 'PATCH' ? { body: { rating: 1 } } : {}) })).status).to.equal(
        404,
      );
    const as = { userId: author, role: 'customer' } as const;
    const changed = await catalog.ask('PATCH', path, { as, body: { rating: 5, title: 'After a month' } });
    expect(changed.body).to.deep.include({ rating: 5, title: 'After a month', text: 'Bright.', status: 'approved' });
    expect(changed.body['editedAt']).not.to.equal(null);
    expect((await catalog.ask('GET', `/products/${id}`)).body).to.deep.include({ rating: 5, reviewCount: 1 });
    expect((await catalog.ask('GET', `/products/${id}/reviews/mine`, { as })).body['review']).to.deep.include({ rating: 5 });
    expect((await catalog.ask('DELETE', path, { as })).status).to.equal(204);
    expect((await catalog.ask('GET', `/products/${id}`)).body).to.deep.include({ rating: null, reviewCount: 0 });
    expect((await catalog.ask('GET', `/products/${id}/reviews/mine`, { as })).body).to.deep.equal({ review: null, bought: false });
    expect((await review(id, 3, author)).status, 'once more').to.equal(201);
  });

  it('come to the rating of the product, whatever customers and staff do at once', async () => {
    const random = seeded(Number(process.env['REVIEWS_SEED'] ?? '20261125'));
    const ids = await Promise.all(['any-one', 'any-two', 'any-three'].map(add));
    const customers = Array.from({ length: 12 }, () => ({ userId: v7(), role: 'customer' }) as const);
    const one = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    const act = async (): Promise<number> => {
      const [id, as, rating, kind] = [one(ids), one(customers), 1 + Math.floor(random() * 5), random()];
      const known = (await catalog.ask('GET', `/products/${id}/reviews/mine`, { as })).body['review'] as { id: string } | null;
      if (known === null) return (await review(id, rating, as.userId)).status;
      if (kind < 0.4) return (await catalog.ask('PATCH', `/reviews/${known.id}`, { as, body: { rating } })).status;
      if (kind < 0.7) return (await catalog.ask('DELETE', `/reviews/${known.id}`, { as })).status;
      const decision = { status: 'rejected', reason: 'test', revision: 1 };
      return (await catalog.ask('POST', `/reviews/${known.id}/decisions`, { as: 'staff', body: decision })).status;
    };
    const statuses = await Promise.all(Array.from({ length: 90 }, act));
    expect(statuses.filter((status) => ![200, 201, 204, 404, 409].includes(status))).to.deep.equal([]);
    for (const id of ids) {
      const { items, summary } = (await catalog.ask('GET', `/products/${id}/reviews?limit=100`)).body as {
        items: { rating: number }[];
        summary: object;
      };
      const mean = items.reduce((sum, { rating }) => sum + rating, 0) / items.length;
      const rating = items.length === 0 ? null : Math.round(mean * 10) / 10;
      expect(summary).to.include({ average: rating, count: items.length });
      expect((await catalog.ask('GET', `/products/${id}`)).body).to.deep.include({ rating, reviewCount: items.length });
    }
  });

  it('give the product their rating also where the service was killed between writing a review and that', async () => {
    const id = await add('killed');
    const { products, reviews, ratings } = catalog.parts;
    const killed = ratingsOf({
      ...catalog.parts,
      log: createLogger('test', 'error'),
      products: {
        rate: (productId, work) =>
          products.rate(productId, async () => {
            await work();
            throw new Error('killed');
          }),
      },
    });
    await killed.stop();
    const { body } = await review(id, 1);
    const decide = { edited: true, rating: 5, step: { status: 'approved', reason: null, by: 'test' } } as const;
    const error = await killed
      .change(id, () => reviews.change({ id: String(body['id']), productId: id }, () => decide))
      .catch((reason: unknown) => reason);
    expect(String(error)).to.include('killed');
    await ratings.settle();
    expect((await catalog.ask('GET', `/products/${id}`)).body).to.deep.include({ rating: 5, reviewCount: 1 });
    expect((await reviews.unsettled(1000)).map(({ productId }) => productId)).not.to.include(id);
  });

  it('are found by their rating in the search', async () => {
    const id = await add('searched');
    await review(id, 4);
    await until('the index itself knows the rating', async () => {
      const { body } = await catalog.ask('GET', '/search?q=searched&minRating=4');
      const [item] = body['items'] as { id: string; reviewCount: number }[];
      return body['degraded'] === false && item?.id === id && item.reviewCount === 1;
    });
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
