import { expect } from 'chai';
import { isReasonCode, isWritten } from '../../domain/reasons.ts';

describe('reasons', () => {
  it('are told where every language has words for them', () => {
    expect(isReasonCode('card_declined')).to.equal(true);
    expect(isReasonCode('E_42')).to.equal(false);
    expect(isReasonCode('constructor')).to.equal(false);
  });

  it('that people wrote are shown as they were written, codes are not', () => {
    for (const written of ['damaged in transit', 'Worn']) expect(isWritten(written), written).to.equal(true);
    for (const code of ['returned', 'staff', 'E_42', 'authorized_too_late', 'TIMEOUT']) expect(isWritten(code), code).to.equal(false);
  });
});
