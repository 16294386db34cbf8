import type { ReviewContent, ReviewStatus } from './review.ts';

/** Where a review may go from where it is; `pending` is what a person has to look at. */
export const reviewTransitions: Readonly<Record<ReviewStatus, readonly ReviewStatus[]>> = {
  pending: ['approved', 'rejected'],
  approved: ['rejected', 'pending'], // pending: it was rewritten, or several customers reported it
  rejected: ['approved', 'pending'], // pending: it was rewritten
};

interface ReviewRule {
  readonly name: string;
  /** What staff, and its author, read. */
  readonly says: string;
  readonly applies: (content: ReviewContent) => boolean;
}

const textOf = ({ author, title, text }: ReviewContent): string => [author, title ?? '', text].join('\n');
const holds =
  (pattern: RegExp) =>
  (content: ReviewContent): boolean =>
    pattern.test(textOf(content));

/** What a person has to look at before others read it. A review that none of these applies to is shown at once. */
export const reviewRules: readonly ReviewRule[] = [
  { name: 'address', says: 'holds an e-mail address', applies: holds(/[^\s@]{1,64}@[^\s@]{1,64}\.[a-z]{2}/i) },
  {
    name: 'link',
    says: 'holds a link',
    applies: holds(/https?:|\bwww\.|\b[a-z0-9-]{2,63}\.(?:com|net|org|info|biz|shop|io|co|ru|cn|xyz)\b/i),
  },
  { name: 'telephone', says: 'holds what may be a telephone number', applies: holds(/\+?\d(?:[ ()./-]{0,2}\d){8,14}/) },
  {
    name: 'abuse',
    says: 'holds words that may hurt',
    applies: holds(/\b(?:asshole|bastards?|bitch|cunt|fuck\w*|idiots?|morons?|scumbags?|shit\w*|wankers?)\b/i),
  },
  {
    name: 'shouting',
    says: 'is written in capitals',
    applies: ({ text }) => {
      const letters = text.replaceAll(/[^\p{L}]/gu, '');
      return letters.length >= 30 && letters.replaceAll(/[^\p{Lu}]/gu, '').length > 0.7 * letters.length;
    },
  },
  { name: 'repetition', says: 'repeats itself', applies: holds(/(\S)\1{9}|\b(\w{2,})(?:\W+\2\b){4}/i) },
];

/** So many customers who report a review that staff has not looked at since take it out of sight until somebody does. */
export const reportsThatDoubt = 3;

export interface Judgement {
  readonly status: ReviewStatus;
  readonly reason: string | null;
}

/** What becomes of a review that was written, or written anew. What staff has rejected is not made public by its author's changing it. */
export function judge(content: ReviewContent, before?: ReviewStatus): Judgement {
  const rule = reviewRules.find(({ applies }) => applies(content));
  if (rule !== undefined) return { status: 'pending', reason: rule.says };
  if (before === 'rejected') return { status: 'pending', reason: 'was written anew after it was rejected' };
  // Who waits for staff goes on waiting: what made it doubtful may be more than its words.
  if (before === 'pending') return { status: 'pending', reason: 'was written anew while it waited' };
  return { status: 'approved', reason: null };
}

/** Whether so many open reports take a review out of sight. */
export function isDoubted(status: ReviewStatus, openReports: number): boolean {
  return status === 'approved' && openReports >= reportsThatDoubt;
}
