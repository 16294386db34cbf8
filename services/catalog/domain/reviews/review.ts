export const reviewStatuses = ['pending', 'approved', 'rejected'] as const;
export type ReviewStatus = (typeof reviewStatuses)[number];

/** What its author writes. */
export interface ReviewContent {
  readonly author: string;
  readonly rating: number;
  readonly title: string | null;
  readonly text: string;
}

/** A step of its moderation; `by` is a rule, the reports of customers, or the user id of staff. */
export interface ReviewStep {
  readonly at: string;
  readonly status: ReviewStatus;
  readonly reason: string | null;
  readonly by: string;
}

/** A review as it is kept. Only those that are approved are shown, and count. */
export interface Review extends ReviewContent {
  readonly id: string;
  readonly productId: string;
  /** Who wrote it; null for reviews that came with an import, and of people who were erased. */
  readonly customerId: string | null;
  /** It came with an import: the next import of its product may replace it. */
  readonly imported: boolean;
  readonly createdAt: string;
  readonly editedAt: string | null;
  readonly status: ReviewStatus;
  /** Why it is pending or rejected. */
  readonly reason: string | null;
  readonly helpful: number;
  readonly unhelpful: number;
  /** Reports of customers that staff has not answered. */
  readonly openReports: number;
  /** Raised by each change of its words or its status: a decision names the one that was read. */
  readonly revision: number;
  readonly steps: readonly ReviewStep[];
}

/** Newest first where others are equal. */
export const reviewSorts = ['newest', 'helpful', 'rating', '-rating'] as const;
export type ReviewSort = (typeof reviewSorts)[number];

/**
 * How helpful a review is, from 0 to 1: the lower end of Wilson's 95 % interval, so that 40 of 50 stands above 1 of 1. Six decimals, so that
 * it survives a cursor.
 */
export function helpfulness(helpful: number, unhelpful: number): number {
  const votes = helpful + unhelpful;
  if (votes === 0) return 0;
  const z = 1.96;
  const share = helpful / votes;
  const middle = share + (z * z) / (2 * votes);
  const spread = z * Math.sqrt((share * (1 - share) + (z * z) / (4 * votes)) / votes);
  return Math.round((1e6 * (middle - spread)) / (1 + (z * z) / votes)) / 1e6;
}

/** How many reviews gave one, two, three, four and five stars. */
export type StarCounts = readonly [number, number, number, number, number];

export function ratingOf(stars: StarCounts): { sum: number; count: number } {
  return {
    sum: stars.reduce((sum, count, index) => sum + count * (index + 1), 0),
    count: stars.reduce((sum, count) => sum + count, 0),
  };
}
