import { expect } from 'chai';
import { newRecoveryCodes, readCode } from '../../domain/second-factor.ts';

describe('A code that somebody types', () => {
  it('is six digits of the app, however they are grouped', () => {
    expect(readCode('123456')).to.deep.equal({ type: 'app', digits: '123456' });
    expect(readCode(' 123 456')).to.deep.equal({ type: 'app', digits: '123456' });
  });

  it('or a recovery code, with or without dashes, in either case, and where letters were taken for digits', () => {
    const { shown, hashes } = newRecoveryCodes();
    for (const [index, code] of shown.entries()) {
      expect(code).to.match(/^[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){3}$/);
      const confused = code.toUpperCase().replaceAll('-', ' ').replaceAll('0', 'O').replaceAll('1', 'l');
      for (const typed of [code, code.replaceAll('-', ''), confused])
        expect(readCode(typed), typed).to.deep.equal({ type: 'recovery', hash: hashes[index] });
    }
  });

  it('or nothing', () => {
    for (const text of ['', '12345', '1234567', 'abc', '٣٤٥٦٧٨', 'u'.repeat(16), '0'.repeat(17)])
      expect(readCode(text), text).to.equal(undefined);
  });
});

describe('Recovery codes', () => {
  it('are ten, all different, and leave nothing of themselves in what is kept', () => {
    const { shown, hashes } = newRecoveryCodes();
    expect(new Set(shown)).to.have.property('size', 10);
    expect(new Set(hashes)).to.have.property('size', 10);
    for (const code of shown) expect(JSON.stringify(hashes)).not.to.include(code.replaceAll('-', ''));
  });
});
