import { expect } from 'chai';
import { sealedSecrets } from '../../adapters/sealed-secrets.ts';

describe('A sealed secret', () => {
  const [one, other] = ['the first key of the tests: long enough', 'the second key of the tests: long enough'];

  it('is read by its owner, and looks different each time', () => {
    const { seal, open } = sealedSecrets(one);
    expect(open(seal('JBSWY3DP', 'ada'), 'ada')).to.equal('JBSWY3DP');
    expect(seal('JBSWY3DP', 'ada')).not.to.equal(seal('JBSWY3DP', 'ada')).and.not.to.include('JBSWY3DP');
  });

  it('cannot be read in another’s row, when changed, cut short, or by another key', () => {
    const { seal, open } = sealedSecrets(one);
    const sealed = seal('JBSWY3DP', 'ada');
    const changed = sealed.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    const middle = sealed.replace(/(?<=\..{20})./, (letter) => (letter === 'A' ? 'B' : 'A'));
    expect(() => open(sealed, 'bob')).to.throw();
    for (const wrong of [middle, changed.slice(0, -4), sealed.slice(0, 12), `${sealed.split('.')[0] ?? ''}.`, 'x'])
      expect(() => open(wrong, 'ada'), wrong).to.throw();
    expect(() => sealedSecrets(other).open(sealed, 'ada')).to.throw('any more');
  });

  it('stays readable while its key stands behind a newer one', () => {
    const old = sealedSecrets(one).seal('JBSWY3DP', 'ada');
    const both = sealedSecrets(`${other}, ${one}`);
    expect(both.open(old, 'ada')).to.equal('JBSWY3DP');
    expect(sealedSecrets(other).open(both.seal('new', 'ada'), 'ada')).to.equal('new');
  });

  it('wants keys that are no short words', () => {
    for (const keys of ['', 'short', `${one},short`]) expect(() => sealedSecrets(keys), keys).to.throw('32 characters');
  });
});
