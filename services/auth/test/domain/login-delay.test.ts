import { expect } from 'chai';
import fc from 'fast-check';
import { delayAfter, delays } from '../../domain/login-delay.ts';
import { normalizeEmail } from '../../domain/email.ts';

describe('The delay after failed log-ins', () => {
  it('is nothing for who mistypes, and then doubles up to a minute', () => {
    expect(delayAfter(9)).to.equal(0);
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((more) => delayAfter(10 + more))).to.deep.equal([1, 2, 4, 8, 16, 32, 60, 60]);
  });

  it('comes sooner and grows longer where codes are guessed, of which there are few', () => {
    expect(delayAfter(4, 'code')).to.equal(0);
    expect([0, 1, 9, 10, 50].map((more) => delayAfter(5 + more, 'code'))).to.deep.equal([1, 2, 512, 900, 900]);
  });

  it('is told by the list for every number of failures', () => {
    for (const guessed of ['password', 'account', 'code'] as const) {
      const list = delays(guessed);
      fc.assert(
        fc.property(fc.nat(10_000), (failures) => {
          expect(list[Math.min(failures, list.length - 1)]).to.equal(delayAfter(failures, guessed));
        }),
      );
    }
  });
});

describe('An e-mail address', () => {
  it('has one spelling', () => {
    expect(normalizeEmail(' Ada@Example.ORG ')).to.equal('ada@example.org');
    expect(normalizeEmail('e\u0301@x.org')).to.equal(normalizeEmail('\u00e9@x.org'));
  });
});
