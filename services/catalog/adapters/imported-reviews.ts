import { ratingOf } from '../domain/reviews/review.ts';
import type { Documents, ImportedReview } from '../ports.ts';
import type { ReviewCollections, ReviewRow } from './review-collections.ts';

/** Reviews as files hold them: those that came with an import, and what an export tells of all. */
export function importedReviews(collections: ReviewCollections): Pick<Documents, 'reviews' | 'replaceImportedReviews' | 'ratingOf'> {
  const { reviews, votes, reports, changing, countStars } = collections;
  return {
    async reviews(productId, limit) {
      const rows = await reviews.find({ productId, status: 'approved' }, { sort: { createdAt: -1, _id: -1 }, limit }).toArray();
      return rows.map(({ _id: id, author, rating, title, text, createdAt }) => ({ id, productId, author, rating, title, text, createdAt }));
    },
    async replaceImportedReviews(productId, given) {
      const found = await reviews.find({ productId }).toArray();
      const byCustomers = new Set(found.filter(({ imported }) => !imported).map(contentOf));
      const wanted = new Map(
        given
          .map((review) => ({ ...review, createdAt: new Date(review.createdAt).toISOString() }))
          .filter((review) => !byCustomers.has(contentOf(review)))
          .map((review) => [review.id, review]),
      );
      const imported = found.filter((row) => row.imported);
      const obsolete = imported.filter(({ _id }) => !wanted.has(_id)).map(({ _id }) => _id);
      for (const { _id } of imported) wanted.delete(_id);
      if (obsolete.length + wanted.size === 0) return;
      await changing(productId, async (session) => {
        if (obsolete.length > 0) await reviews.deleteMany({ _id: { $in: obsolete } }, { session });
        for (const collection of [votes, reports])
          if (obsolete.length > 0) await collection.deleteMany({ reviewId: { $in: obsolete } }, { session });
        if (wanted.size > 0) await reviews.insertMany([...wanted.values()].map(rowOf), { session });
      });
    },
    ratingOf: async (productId) => ratingOf(await countStars(productId)),
  };
}

function contentOf({ author, rating, text, createdAt }: Pick<ImportedReview, 'author' | 'rating' | 'text' | 'createdAt'>): string {
  return JSON.stringify([author, rating, text, createdAt]);
}

function rowOf({ id, ...review }: ImportedReview): ReviewRow {
  return {
    ...{ _id: id, ...review, customerId: null, imported: true, editedAt: null, status: 'approved', reason: null },
    ...{ helpful: 0, unhelpful: 0, openReports: 0, revision: 1, steps: [], score: 0 },
  };
}
