import { expect } from 'chai';
import { reasonText, writtenReason } from '../../domain/reasons.ts';

describe('reasons', () => {
  it('are named in words, and kept to ourselves where they are codes for us', () => {
    expect(reasonText('card_declined')).to.equal('your card was declined');
    expect(reasonText('E_42')).to.equal(undefined);
    expect(reasonText('constructor')).to.equal(undefined);
  });

  it('that people wrote are shown as they were written, codes are not', () => {
    expect(writtenReason('damaged in transit')).to.equal('damaged in transit');
    expect(writtenReason('Worn')).to.equal('Worn');
    expect(writtenReason('returned')).to.equal('for what you sent back');
    for (const code of ['staff', 'E_42', 'authorized_too_late', 'TIMEOUT']) expect(writtenReason(code), code).to.equal(undefined);
  });
});
