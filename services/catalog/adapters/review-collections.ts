import type { MongoConnection } from '@mikro-orm/mongodb';
import type { Review, StarCounts } from '../domain/reviews/review.ts';
import type { Changed, ReviewSummary } from '../review-ports.ts';

type Client = ReturnType<MongoConnection['getClient']>;
export type Session = ReturnType<Client['startSession']>;

export interface ReviewRow extends Omit<Review, 'id'> {
  readonly _id: string;
  /** How helpful it is, to sort by. */
  readonly score: number;
}

export interface VoteRow {
  /** Review and customer: one each. */
  readonly _id: string;
  readonly reviewId: string;
  readonly productId: string;
  readonly customerId: string;
  readonly helpful: boolean;
}

export interface ReportRow {
  readonly _id: string;
  readonly reviewId: string;
  readonly productId: string;
  readonly customerId: string;
  readonly reason: string;
  readonly note: string | null;
  /** Staff has not answered it. */
  readonly open: boolean;
  readonly createdAt: string;
}

interface SummaryRow {
  /** Product. */
  readonly _id: string;
  readonly stars: StarCounts;
  readonly version: number;
  /** The product's rating in Postgres may still be another. */
  readonly unsettled?: true;
}

export interface ReviewHooks {
  /** Between a change and the counting; for tests. May run several times. */
  readonly beforeCount?: (productId: string) => Promise<void>;
}

export interface ReviewCollections {
  readonly reviews: ReturnType<typeof collectionsOf>['reviews'];
  readonly votes: ReturnType<typeof collectionsOf>['votes'];
  readonly reports: ReturnType<typeof collectionsOf>['reports'];
  readonly summaries: ReturnType<typeof collectionsOf>['summaries'];
  readonly transaction: <T>(work: (session: Session) => Promise<T>) => Promise<T>;
  /** Changes reviews of a product and counts its stars anew, in one transaction: of two at once, one comes after the other. */
  readonly changing: <T>(productId: string, work: (session: Session) => Promise<T>) => Promise<Changed<T>>;
  /** Removes all that is kept of reviews of these products. */
  readonly forget: (productIds: readonly string[]) => Promise<void>;
  /** From the reviews themselves. */
  readonly countStars: (productId: string, session?: Session) => Promise<StarCounts>;
}

const noStars: StarCounts = [0, 0, 0, 0, 0];

function collectionsOf(connection: MongoConnection) {
  const database = connection.getDb();
  return {
    reviews: database.collection<ReviewRow>('reviews'),
    votes: database.collection<VoteRow>('review_votes'),
    reports: database.collection<ReportRow>('review_reports'),
    summaries: database.collection<SummaryRow>('review_summaries'),
  };
}

/** Opens the collections, with their indexes; brings reviews of older versions up to date. */
export async function openReviewCollections(connection: MongoConnection, hooks: ReviewHooks = {}): Promise<ReviewCollections> {
  const collections = collectionsOf(connection);
  const { reviews, votes, reports, summaries } = collections;
  const client = connection.getClient();
  await reviews.updateMany({ status: { $exists: false } }, [{ $set: ofOlderVersions }]);
  await reviews.createIndexes([
    // One review a customer and product: two at once are one.
    { key: { productId: 1, customerId: 1 }, unique: true, partialFilterExpression: { customerId: { $type: 'string' } } },
    { key: { productId: 1, status: 1, createdAt: -1, _id: -1 } },
    { key: { productId: 1, status: 1, score: -1, createdAt: -1, _id: -1 } },
    { key: { productId: 1, status: 1, rating: -1, createdAt: -1, _id: -1 } },
    { key: { status: 1, createdAt: 1, _id: 1 } },
    { key: { createdAt: 1, _id: 1 }, partialFilterExpression: { openReports: { $gt: 0 } }, name: 'reported' },
    { key: { customerId: 1 }, partialFilterExpression: { customerId: { $type: 'string' } }, name: 'by_customer' },
  ]);
  for (const collection of [votes, reports])
    await collection.createIndexes([{ key: { reviewId: 1 } }, { key: { productId: 1 } }, { key: { customerId: 1 } }]);
  await summaries.createIndexes([{ key: { unsettled: 1 }, partialFilterExpression: { unsettled: true } }]);

  const transaction = <T>(work: (session: Session) => Promise<T>): Promise<T> =>
    client.withSession((session) => session.withTransaction(() => work(session), { readConcern: { level: 'snapshot' } }));

  async function countStars(productId: string, session?: Session): Promise<StarCounts> {
    const rows = await reviews
      .aggregate<{ _id: number; count: number }>(
        [{ $match: { productId, status: 'approved' } }, { $group: { _id: '$rating', count: { $sum: 1 } } }],
        session === undefined ? {} : { session },
      )
      .toArray();
    const of = (rating: number): number => rows.find(({ _id }) => _id === rating)?.count ?? 0;
    return [of(1), of(2), of(3), of(4), of(5)];
  }

  return {
    ...collections,
    transaction,
    countStars,
    forget: async (productIds) => {
      const ids = [...productIds];
      for (const collection of [reviews, votes, reports]) await collection.deleteMany({ productId: { $in: ids } });
      await summaries.deleteMany({ _id: { $in: ids } });
    },
    changing: async (productId, work) => {
      // Outside of the transaction: two that make it at once would be a conflict that is not tried again.
      await summaries.updateOne({ _id: productId }, { $setOnInsert: { stars: noStars, version: 0 } }, { upsert: true });
      return transaction(async (session) => {
        // Before all else, so that who comes second is sent back by it, and reads what the first has left.
        const row = await summaries.findOneAndUpdate(
          { _id: productId },
          { $inc: { version: 1 }, $set: { unsettled: true } },
          { session, upsert: true, returnDocument: 'after' },
        );
        const result = await work(session);
        await hooks.beforeCount?.(productId);
        const stars = await countStars(productId, session);
        await summaries.updateOne({ _id: productId }, { $set: { stars } }, { session });
        const summary: ReviewSummary = { stars, version: row?.version ?? 1 };
        return { result, summary };
      });
    },
  };
}

/** Before there was moderation all reviews were shown. */
const ofOlderVersions = {
  customerId: { $ifNull: ['$customerId', null] },
  title: { $ifNull: ['$title', null] },
  imported: { $eq: [{ $ifNull: ['$customerId', null] }, null] },
  editedAt: null,
  status: 'approved',
  reason: null,
  helpful: 0,
  unhelpful: 0,
  openReports: 0,
  revision: 1,
  steps: [],
  score: 0,
};
