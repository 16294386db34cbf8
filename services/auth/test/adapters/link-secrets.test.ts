import { expect } from 'chai';
import { v7 } from 'uuid';
import { linkTokens } from '../../adapters/link-secrets.ts';

describe('Tokens of links', () => {
  const tokens = linkTokens(Buffer.alloc(32, 1));
  const id = v7();

  it('are read back, and are the same each time', () => {
    expect(tokens.read(tokens.tokenOf(id))).to.equal(id);
    expect(tokens.tokenOf(id)).to.equal(tokens.tokenOf(id));
  });

  it('cannot be made without the secret', () => {
    const other = linkTokens(Buffer.alloc(32, 2));
    for (const invented of [other.tokenOf(id), `${id}.${'A'.repeat(43)}`, tokens.tokenOf(id).replace(id, v7()), id, '', 'x.y'])
      expect(tokens.read(invented), invented).to.equal(undefined);
  });

  it('need a secret that cannot be guessed', () => {
    expect(() => linkTokens(Buffer.alloc(15))).to.throw('at least 16 bytes');
  });
});
