import { expect } from 'chai';
import { Secret } from 'otpauth';
import { oneTimeCodes } from '../../adapters/one-time-codes.ts';

describe('Codes by the clock', () => {
  // RFC 6238, appendix B, with SHA-1, the last six of the eight digits.
  const secret = Secret.fromLatin1('12345678901234567890').base32;
  const vectors = [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ] as const;
  for (const [seconds, digits] of vectors)
    it(`are those of the RFC after ${String(seconds)} s`, () => {
      expect(oneTimeCodes.stepOf(secret, digits, new Date(seconds * 1000))).to.equal(Math.floor(seconds / 30));
    });

  it('count one step before and after, and not two', () => {
    const step = Math.floor(1_234_567_890 / 30);
    const at = (seconds: number) => oneTimeCodes.stepOf(secret, '005924', new Date((1_234_567_890 + seconds) * 1000));
    expect([at(-30), at(30)]).to.deep.equal([step, step]);
    expect([at(-60), at(60)]).to.deep.equal([undefined, undefined]);
  });

  it('come from secrets of 160 bits, each another', () => {
    const secrets = Array.from({ length: 20 }, () => oneTimeCodes.newSecret());
    expect(new Set(secrets)).to.have.property('size', 20);
    for (const one of secrets) expect(one).to.match(/^[A-Z2-7]{32}$/);
  });

  it('are set up in an app by an address, and by its picture', () => {
    const { uri, picture } = oneTimeCodes.forApp(secret, 'ada@example.org');
    expect(uri)
      .to.match(/^otpauth:\/\/totp\/Cartwright:ada%40example\.org\?/)
      .and.include(`secret=${secret}`)
      .and.include('period=30');
    expect(Buffer.from(picture.replace('data:image/svg+xml;base64,', ''), 'base64').toString()).to.match(/^<svg /);
  });
});
