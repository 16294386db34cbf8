import { isDoubted } from '../domain/reviews/moderation.ts';
import { helpfulness } from '../domain/reviews/review.ts';
import type { Review, ReviewSort } from '../domain/reviews/review.ts';
import { ReviewedAlready } from '../review-ports.ts';
import type { ReviewPlace, Reviews } from '../review-ports.ts';
import type { ReviewCollections, ReviewRow, Session } from './review-collections.ts';

type Field = 'createdAt' | 'score' | 'rating' | '_id';
type Order = readonly (readonly [Field, 1 | -1])[];

const newestFirst: Order = [
  ['createdAt', -1],
  ['_id', -1],
];
/** Each ends with the id, so that the order is total. */
const orders: Readonly<Record<ReviewSort, Order>> = {
  newest: newestFirst,
  helpful: [['score', -1], ...newestFirst],
  rating: [['rating', -1], ...newestFirst],
  '-rating': [['rating', 1], ...newestFirst],
};
const oldestFirst: Order = [
  ['createdAt', 1],
  ['_id', 1],
];

/** What a page that ends with this review is continued by. */
export function placeOf(review: Review, sort: ReviewSort | 'queue'): ReviewPlace {
  const row = rowOf(review);
  return (sort === 'queue' ? oldestFirst : orders[sort]).map(([field]) => row[field]);
}

/** Reviews in MongoDB. */
export function reviewsIn(collections: ReviewCollections): Reviews {
  const { reviews, votes, reports, summaries, transaction, changing, countStars } = collections;

  async function page(where: Record<string, unknown>, order: Order, limit: number, after: ReviewPlace | undefined): Promise<Review[]> {
    const filter = after === undefined ? where : { ...where, $or: behind(order, after) };
    const sort = order.map(([field, direction]): [string, 1 | -1] => [field, direction]);
    return (await reviews.find(filter, { sort, limit }).toArray()).map(reviewOf);
  }

  async function replace(review: Review, session: Session): Promise<void> {
    await reviews.replaceOne({ _id: review.id }, rowOf(review), { session });
  }

  return {
    list: (productId, { sort, stars, limit, after }) =>
      page({ productId, status: 'approved', ...(stars === undefined ? {} : { rating: stars }) }, orders[sort], limit, after),
    queue: ({ status, limit, after }) => page(status === 'reported' ? { openReports: { $gt: 0 } } : { status }, oldestFirst, limit, after),
    async byId(id) {
      const row = await reviews.findOne({ _id: id });
      return row === null ? undefined : reviewOf(row);
    },
    async ofCustomer(productId, customerId) {
      const row = await reviews.findOne({ productId, customerId });
      return row === null ? undefined : reviewOf(row);
    },
    async openReports(reviewIds) {
      const rows = await reports.find({ reviewId: { $in: [...reviewIds] }, open: true }, { sort: { createdAt: 1 }, limit: 1000 }).toArray();
      return Map.groupBy(rows, ({ reviewId }) => reviewId);
    },
    async summaryOf(productId) {
      const row = await summaries.findOne({ _id: productId });
      return row === null ? { stars: await countStars(productId), version: 0 } : { stars: row.stars, version: row.version };
    },
    async add(review) {
      try {
        return await changing(review.productId, async (session) => {
          await reviews.insertOne(rowOf(review), { session });
          return review;
        });
      } catch (error) {
        if ((error as { code?: unknown }).code !== 11_000) throw error;
        throw new ReviewedAlready('This customer has reviewed the product already', { cause: error });
      }
    },
    change: ({ id, productId }, decide) =>
      changing(productId, async (session) => {
        const row = await reviews.findOne({ _id: id }, { session });
        if (row === null) return undefined;
        const before = reviewOf(row);
        const decided = decide(before);
        if (decided === undefined) return before;
        const { step, edited, ...content } = decided;
        const at = new Date().toISOString();
        const { status, reason } = step;
        const after: Review = {
          ...{ ...before, ...content, status, reason, editedAt: edited ? at : before.editedAt },
          ...{
            revision: before.revision + 1,
            steps: [...before.steps, { ...step, at }].slice(-50),
            openReports: edited ? before.openReports : 0,
          },
        };
        await replace(after, session);
        // Staff has answered them all.
        if (!edited) await reports.updateMany({ reviewId: id, open: true }, { $set: { open: false } }, { session });
        return after;
      }),
    remove: ({ id, productId }) =>
      changing(productId, async (session) => {
        const { deletedCount } = await reviews.deleteOne({ _id: id }, { session });
        for (const collection of [votes, reports]) await collection.deleteMany({ reviewId: id }, { session });
        return deletedCount > 0;
      }),
    vote: (reviewId, customerId, helpful) =>
      transaction(async (session) => {
        // Before all else: it makes votes for one review come one after the other.
        const row = await reviews.findOneAndUpdate({ _id: reviewId, status: 'approved' }, { $inc: { votings: 1 } }, { session });
        if (row === null) return undefined;
        const _id = `${reviewId}:${customerId}`;
        if (helpful === null) await votes.deleteOne({ _id }, { session });
        else await votes.replaceOne({ _id }, { reviewId, productId: row.productId, customerId, helpful }, { session, upsert: true });
        const count = async (value: boolean): Promise<number> => votes.countDocuments({ reviewId, helpful: value }, { session });
        const found = { helpful: await count(true), unhelpful: await count(false) };
        await reviews.updateOne({ _id: reviewId }, { $set: { ...found, score: helpfulness(found.helpful, found.unhelpful) } }, { session });
        return found;
      }),
    async votesOf(customerId, reviewIds) {
      const rows = await votes.find({ _id: { $in: reviewIds.map((id) => `${id}:${customerId}`) } }).toArray();
      return new Map(rows.map(({ reviewId, helpful }) => [reviewId, helpful]));
    },
    report: ({ id, productId }, customerId, { reason, note }) =>
      changing(productId, async (session) => {
        const row = await reviews.findOne({ _id: id }, { session });
        if (row === null) return false;
        const createdAt = new Date().toISOString();
        await reports.replaceOne(
          { _id: `${id}:${customerId}` },
          { reviewId: id, productId, customerId, reason, note, open: true, createdAt },
          { session, upsert: true },
        );
        const before = reviewOf(row);
        const openReports = await reports.countDocuments({ reviewId: id, open: true }, { session });
        const step = { at: createdAt, status: 'pending', reason: 'was reported by several customers', by: 'reports' } as const;
        const doubted = isDoubted(before.status, openReports);
        const after = doubted
          ? {
              ...before,
              status: step.status,
              reason: step.reason,
              revision: before.revision + 1,
              steps: [...before.steps, step].slice(-50),
            }
          : before;
        await replace({ ...after, openReports }, session);
        return true;
      }),
    async unsettled(limit) {
      const rows = await summaries.find({ unsettled: true }, { limit }).toArray();
      return rows.map(({ _id, stars, version }) => ({ productId: _id, summary: { stars, version } }));
    },
    async settle(done) {
      if (done.length === 0) return;
      await summaries.bulkWrite(
        done.map(({ productId, summary: { version } }) => ({
          updateOne: { filter: { _id: productId, version }, update: { $unset: { unsettled: true as const } } },
        })),
        { ordered: false },
      );
    },
    async ofPerson(customerId) {
      const [written, voted, reported] = await Promise.all([
        reviews.find({ customerId }).sort({ _id: 1 }).toArray(),
        votes.find({ customerId }).sort({ _id: 1 }).toArray(),
        reports.find({ customerId }).sort({ _id: 1 }).toArray(),
      ]);
      return {
        reviews: written.map(reviewOf),
        votes: voted.map(({ reviewId, helpful }) => ({ reviewId, helpful })),
        reports: reported.map(({ reviewId, reason, note, createdAt }) => ({ reviewId, reason, note, createdAt })),
      };
    },
    async erase(customerId) {
      // One at a time: each makes its counts exact again.
      for (const { reviewId } of await votes.find({ customerId }).toArray()) await this.vote(reviewId, customerId, null);
      await votes.deleteMany({ customerId }); // for reviews that are not shown
      for (const { _id, reviewId, open } of await reports.find({ customerId }).toArray())
        await transaction(async (session) => {
          const { deletedCount } = await reports.deleteOne({ _id }, { session });
          if (open) await reviews.updateOne({ _id: reviewId }, { $inc: { openReports: -deletedCount } }, { session });
        });
      const { modifiedCount } = await reviews.updateMany({ customerId }, { $set: { customerId: null, author: 'A customer' } });
      return modifiedCount;
    },
  };
}

/** All that comes after a place: equal in the first fields, and beyond it in the next. */
function behind(order: Order, place: ReviewPlace): Record<string, unknown>[] {
  return order.map(([field, direction], index) => ({
    ...Object.fromEntries(order.slice(0, index).map(([equal], at) => [equal, place[at]])),
    [field]: { [direction === 1 ? '$gt' : '$lt']: place[index] },
  }));
}

function rowOf({ id, ...review }: Review): ReviewRow {
  return { _id: id, ...review, score: helpfulness(review.helpful, review.unhelpful) };
}

function reviewOf(row: ReviewRow): Review {
  const { _id: id, productId, customerId, imported, author, rating, title, text, createdAt, editedAt } = row;
  const { status, reason, helpful, unhelpful, openReports, revision, steps } = row;
  return {
    ...{ id, productId, customerId, imported, author, rating, title, text, createdAt, editedAt },
    ...{ status, reason, helpful, unhelpful, openReports, revision, steps },
  };
}
