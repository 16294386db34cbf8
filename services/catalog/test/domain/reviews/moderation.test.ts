import { expect } from 'chai';
import { isDoubted, judge, reviewRules, reviewTransitions } from '../../../domain/reviews/moderation.ts';
import { helpfulness, reviewStatuses } from '../../../domain/reviews/review.ts';
import type { ReviewContent } from '../../../domain/reviews/review.ts';

const review = (text: string, more: Partial<ReviewContent> = {}): ReviewContent => ({
  author: 'Ada',
  rating: 4,
  title: null,
  text,
  ...more,
});

describe('The moderation of reviews', () => {
  for (const [name, texts] of Object.entries({
    link: ['See https://cheap.example for less', 'www.cheap.example', 'better at lamps4you.com'],
    address: ['write to me: ada@example.org'],
    telephone: ['call +49 (170) 123 45 67', '0170-1234567'],
    abuse: ['what an Idiot designed this'],
    shouting: ['THE WORST LAMP THAT I HAVE EVER BOUGHT ANYWHERE'],
    repetition: ['sooooooooooooo good', 'buy buy buy buy buy it'],
  })) {
    for (const text of texts) {
      it(`lets staff look first at “${text}” (${name})`, () => {
        const says = reviewRules.find((rule) => rule.name === name)?.says;
        expect(judge(review(text))).to.deep.equal({ status: 'pending', reason: says });
      });
    }
  }

  for (const text of [
    'Bright and warm. 40 cm high, 12 W, 900 lm; bought on 2026-03-04.',
    'USB and LED, as it says. Très bien!',
    'E.g. for reading: 5/5.',
  ]) {
    it(`shows “${text}” at once`, () => {
      expect(judge(review(text))).to.deep.equal({ status: 'approved', reason: null });
    });
  }

  it('looks at the name and the title, too', () => {
    expect(judge(review('Good.', { author: 'www.cheap.example' })).status).to.equal('pending');
    expect(judge(review('Good.', { title: 'Less at lamps4you.com' })).status).to.equal('pending');
  });

  it('does not show what was rejected, or waits, because its author has changed it', () => {
    expect(judge(review('Good.'), 'rejected').status).to.equal('pending');
    expect(judge(review('Good.'), 'pending').status).to.equal('pending');
    expect(judge(review('Better.'), 'approved').status).to.equal('approved');
  });

  it('takes what three customers report out of sight', () => {
    expect([isDoubted('approved', 2), isDoubted('approved', 3), isDoubted('rejected', 9)]).to.deep.equal([false, true, false]);
  });

  it('has no status from which there is no way, and none that cannot be reached', () => {
    for (const status of reviewStatuses) {
      expect(reviewTransitions[status]).not.to.be.empty;
      expect(reviewTransitions[status]).not.to.include(status);
      expect(Object.values(reviewTransitions).flat()).to.include(status);
    }
  });

  it('takes no time over long texts that lead on', () => {
    const began = process.cpuUsage();
    for (const text of ['a@'.repeat(2500), '1 '.repeat(2500), 'ab '.repeat(1666), 'a'.repeat(5000), 'A-'.repeat(2500)]) judge(review(text));
    const { user } = process.cpuUsage(began);
    expect(user, 'microseconds of CPU, of which others take none').to.be.below(500_000);
  });
});

describe('How helpful a review is', () => {
  it('grows with the share of votes, and with their number', () => {
    const ranked = [helpfulness(0, 5), helpfulness(0, 0), helpfulness(1, 1), helpfulness(1, 0), helpfulness(40, 10), helpfulness(50, 0)];
    expect(ranked).to.deep.equal([...ranked].sort((a, b) => a - b));
    expect(Math.min(...ranked)).to.be.at.least(0);
    expect(Math.max(...ranked)).to.be.at.most(1);
  });
});
