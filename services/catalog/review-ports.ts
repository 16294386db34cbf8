import type { Review, ReviewContent, ReviewSort, ReviewStatus, ReviewStep, StarCounts } from './domain/reviews/review.ts';

/** What the approved reviews of a product come to. */
export interface ReviewSummary {
  readonly stars: StarCounts;
  /** Raised with each change of a review of the product. */
  readonly version: number;
}

/** What a change made, and what the product's reviews come to with it: both of one transaction. */
export interface Changed<T> {
  readonly result: T;
  readonly summary: ReviewSummary;
}

/** Where a page ended: the values of its last review by which the list is ordered. */
export type ReviewPlace = readonly (string | number)[];

export interface ReviewReport {
  readonly reason: string;
  readonly note: string | null;
  readonly createdAt: string;
}

export interface Votes {
  readonly helpful: number;
  readonly unhelpful: number;
}

/** What a customer has said. */
export interface PersonsOpinions {
  readonly reviews: readonly Review[];
  readonly votes: readonly { readonly reviewId: string; readonly helpful: boolean }[];
  readonly reports: readonly (ReviewReport & { readonly reviewId: string })[];
}

/** A step that follows from what a review is now; undefined leaves it as it is. What it throws ends the change, and nothing is done. */
export type ReviewDecision = (
  review: Review,
) => (Partial<ReviewContent> & { readonly step: Omit<ReviewStep, 'at'>; readonly edited: boolean }) | undefined;

/** Thrown by Reviews.add: the customer has reviewed the product already. */
export class ReviewedAlready extends Error {
  override readonly name = 'ReviewedAlready';
}

/** Reviews, and what customers think of them, in MongoDB. */
export interface Reviews {
  /** Those that are approved. */
  list(
    productId: string,
    options: { sort: ReviewSort; stars?: number | undefined; limit: number; after?: ReviewPlace | undefined },
  ): Promise<Review[]>;
  byId(id: string): Promise<Review | undefined>;
  ofCustomer(productId: string, customerId: string): Promise<Review | undefined>;
  /** What staff looks through, the oldest first: those of a status, or those with open reports. */
  queue(options: { status: ReviewStatus | 'reported'; limit: number; after?: ReviewPlace | undefined }): Promise<Review[]>;
  openReports(reviewIds: readonly string[]): Promise<Map<string, ReviewReport[]>>;
  summaryOf(productId: string): Promise<ReviewSummary>;
  /** Throws ReviewedAlready. */
  add(review: Review): Promise<Changed<Review>>;
  /** Answers the review after the change; undefined when it is gone. */
  change(review: Pick<Review, 'id' | 'productId'>, decide: ReviewDecision): Promise<Changed<Review | undefined>>;
  /** Answers false when it is gone. */
  remove(review: Pick<Review, 'id' | 'productId'>): Promise<Changed<boolean>>;
  /** One a customer, the last one counts; null takes it back. Answers undefined when the review is gone. */
  vote(reviewId: string, customerId: string, helpful: boolean | null): Promise<Votes | undefined>;
  votesOf(customerId: string, reviewIds: readonly string[]): Promise<Map<string, boolean>>;
  /** One a customer, the last one counts. Enough of them take an approved review out of sight. Answers false when it is gone. */
  report(review: Pick<Review, 'id' | 'productId'>, customerId: string, report: Omit<ReviewReport, 'createdAt'>): Promise<Changed<boolean>>;
  /** Products whose rating may not be what their reviews come to. */
  unsettled(limit: number): Promise<{ productId: string; summary: ReviewSummary }[]>;
  /** The products have the rating of these summaries, unless there are later ones. */
  settle(done: readonly { productId: string; summary: ReviewSummary }[]): Promise<void>;
  /** All that a customer wrote and thought of what others wrote. */
  ofPerson(customerId: string): Promise<PersonsOpinions>;
  /** Takes a person's name and id off what they wrote, and their votes and reports away. Stars and texts stay. Answers how many reviews. */
  erase(customerId: string): Promise<number>;
}
