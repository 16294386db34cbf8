import { expect } from 'chai';
import fc from 'fast-check';
import { v7 } from 'uuid';
import { hashesOf, judge, newRefreshToken, readRefreshToken, writeRefreshToken } from '../../domain/refresh-token.ts';

describe('A refresh token', () => {
  it('is read as it was written', () => {
    const token = newRefreshToken(v7());
    expect(readRefreshToken(writeRefreshToken(token))).to.deep.equal(token);
  });

  it('is nothing else than session, family and secret', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        expect(readRefreshToken(text)).to.equal(undefined);
      }),
    );
    const text = writeRefreshToken(newRefreshToken(v7()));
    for (const wrong of [`${text}.`, text.slice(1), `${text} `, text.toUpperCase()])
      expect(readRefreshToken(wrong), wrong).to.equal(undefined);
  });

  it('is good until its family has a newer one, and never when invented', () => {
    const first = newRefreshToken(v7());
    const second = newRefreshToken(first.sessionId, first.family);
    expect(judge(second, hashesOf(second))).to.equal('good');
    expect(judge(first, hashesOf(second))).to.equal('spent');
    expect(judge(newRefreshToken(first.sessionId), hashesOf(second))).to.equal('invented');
    expect(judge({ ...second, family: 'x' }, hashesOf(second))).to.equal('invented');
  });

  it('leaves nothing of itself in what is kept', () => {
    const token = newRefreshToken(v7());
    expect(JSON.stringify(hashesOf(token)))
      .not.to.include(token.secret)
      .and.not.to.include(token.family);
  });
});
