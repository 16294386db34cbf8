import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { MikroORM } from '@mikro-orm/mongodb';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { AttributesDocument, openDocuments } from '../../adapters/documents-in-mongodb.ts';
import type { OpenDocuments } from '../../adapters/documents-in-mongodb.ts';
import { ratingOf } from '../../domain/reviews/review.ts';
import type { Review } from '../../domain/reviews/review.ts';

const reviewOf = (productId: string, rating: number): Review => ({
  ...{ id: v7(), productId, customerId: v7(), imported: false, author: 'Ada', rating, title: null, text: 'Bright.' },
  ...{ createdAt: new Date().toISOString(), editedAt: null, status: 'approved', reason: null },
  ...{ helpful: 0, unhelpful: 0, openReports: 0, revision: 1, steps: [] },
});

describe('Reviews in MongoDB', () => {
  const hooks = { beforeCount: (_productId: string): Promise<void> => Promise.resolve() };
  const url = new URL(
    (JSON.parse(readFileSync(process.env['CARTWRIGHT_STACK'] ?? '', 'utf8')) as { stores: { mongoUrl: string } }).stores.mongoUrl,
  );
  let store: OpenDocuments;
  before(async () => {
    url.pathname = `/test_reviews_${randomBytes(5).toString('hex')}`;
    store = await openDocuments(url.href, { beforeCount: (productId) => hooks.beforeCount(productId) });
  });
  after(async () => {
    await store.close();
    const mongo = await MikroORM.init({ clientUrl: url.href, entities: [AttributesDocument] });
    await mongo.em.getConnection().getDb().dropDatabase();
    await mongo.close(true);
  });
  afterEach(() => {
    hooks.beforeCount = () => Promise.resolve();
  });

  it('count a review that was written between another’s writing and its counting', async () => {
    const productId = v7();
    const [first, second] = [reviewOf(productId, 5), reviewOf(productId, 1)];
    let other: Promise<unknown> | undefined;
    let counted = 0;
    hooks.beforeCount = async () => {
      counted++;
      if (counted > 1) return;
      // The second begins in the middle of the first, and is given the time to get as far as it can: it must not count without the first.
      other = store.reviews.add(second);
      await Promise.race([other, new Promise((done) => setTimeout(done, 150))]);
    };
    const { summary } = await store.reviews.add(first);
    await other;
    expect(summary.stars).to.deep.equal([0, 0, 0, 0, 1]);
    expect(await store.reviews.summaryOf(productId)).to.deep.equal({ stars: [1, 0, 0, 0, 1], version: 2 });
  });

  it('leave neither a review nor a count where the change breaks off', async () => {
    const productId = v7();
    hooks.beforeCount = () => Promise.reject(new Error('killed'));
    const error = await store.reviews.add(reviewOf(productId, 5)).catch((reason: unknown) => reason);
    expect(String(error)).to.include('killed');
    hooks.beforeCount = () => Promise.resolve();
    expect(await store.reviews.list(productId, { sort: 'newest', limit: 10 })).to.deep.equal([]);
    expect((await store.reviews.summaryOf(productId)).stars).to.deep.equal([0, 0, 0, 0, 0]);
  });

  it('come to what they are, whatever is done with them at once without any other lock', async () => {
    const productId = v7();
    const left: Review[] = Array.from({ length: 24 }, (_, index) => reviewOf(productId, 1 + (index % 5)));
    await Promise.all(left.map((review) => store.reviews.add(review)));
    await Promise.all(
      left.map((review, index) => {
        if (index % 3 === 0) return store.reviews.remove(review);
        const status = index % 3 === 1 ? ('rejected' as const) : ('approved' as const);
        return store.reviews.change(review, () => ({ rating: 3, edited: true, step: { status, reason: null, by: 'test' } }));
      }),
    );
    const shown = await store.reviews.list(productId, { sort: 'rating', limit: 100 });
    expect(shown.map(({ rating }) => rating)).to.deep.equal(Array.from({ length: 8 }, () => 3));
    const { stars, version } = await store.reviews.summaryOf(productId);
    expect([ratingOf(stars), version]).to.deep.equal([{ sum: 24, count: 8 }, 48]);
  });

  it('count the votes of customers who change their minds at once, one each', async () => {
    const review = reviewOf(v7(), 4);
    await store.reviews.add(review);
    const voters = Array.from({ length: 6 }, () => v7());
    await Promise.all(voters.flatMap((voter) => [true, false, true].map((helpful) => store.reviews.vote(review.id, voter, helpful))));
    await Promise.all(voters.map((voter, index) => store.reviews.vote(review.id, voter, index < 4 ? true : index === 4 ? false : null)));
    const [shown] = await store.reviews.list(review.productId, { sort: 'helpful', limit: 10 });
    expect([shown?.helpful, shown?.unhelpful]).to.deep.equal([4, 1]);
  });

  it('of somebody who is erased keep their stars and words, and neither name, id, vote nor report', async () => {
    const [own, other] = [reviewOf(v7(), 4), reviewOf(v7(), 2)];
    for (const review of [own, other]) await store.reviews.add(review);
    const customerId = own.customerId ?? '';
    await store.reviews.vote(other.id, customerId, true);
    await store.reviews.report(other, customerId, { reason: 'spam', note: 'I am Ada Example' });
    expect(await store.reviews.erase(customerId)).to.equal(1);
    const kept = await store.reviews.byId(own.id);
    expect(kept).to.deep.include({ customerId: null, author: 'A customer', rating: 4, text: 'Bright.' });
    expect(await store.reviews.byId(other.id)).to.deep.include({ helpful: 0, openReports: 0 });
    expect((await store.reviews.openReports([other.id])).size).to.equal(0);
    await store.documents.replaceImportedReviews(own.productId, []);
    expect(await store.reviews.byId(own.id), 'an import does not take it for one of its own').not.to.equal(undefined);
  });

  it('that were kept before there was moderation are shown as they were', async () => {
    const mongo = await MikroORM.init({ clientUrl: url.href, entities: [AttributesDocument] });
    const productId = v7();
    const old = { _id: v7() as never, productId, author: 'Ada', rating: 4, text: 'Old.', createdAt: '2026-01-01T00:00:00Z' };
    await mongo.em.getConnection().getDb().collection('reviews').insertOne(old);
    await mongo.close(true);
    const opened = await openDocuments(url.href);
    const [review] = await opened.reviews.list(productId, { sort: 'helpful', limit: 1 });
    expect(review).to.deep.include({ title: null, customerId: null, imported: true, status: 'approved', revision: 1 });
    expect((await opened.reviews.summaryOf(productId)).stars).to.deep.equal([0, 0, 0, 1, 0]);
    await opened.close();
  });
});
