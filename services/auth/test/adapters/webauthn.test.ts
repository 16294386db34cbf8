import { expect } from 'chai';
import { readRelyingParty } from '../../adapters/webauthn.ts';

describe('Where passkeys are good', () => {
  it('is the gateway’s address, unless told', () => {
    expect(readRelyingParty({}, 'http://localhost:8080')).to.deep.equal({ id: 'localhost', origins: ['http://localhost:8080'] });
  });

  it('may be a domain, and several of its pages', () => {
    const environment = { PASSKEY_RP_ID: 'shop.example', PASSKEY_ORIGINS: 'https://shop.example, https://www.shop.example/' };
    expect(readRelyingParty(environment, 'http://localhost:8080')).to.deep.equal({
      id: 'shop.example',
      origins: ['https://shop.example', 'https://www.shop.example'],
    });
  });

  it('cannot be pages of another domain', () => {
    for (const origin of ['https://evil.test', 'https://evilshop.example'])
      expect(() => readRelyingParty({ PASSKEY_RP_ID: 'shop.example', PASSKEY_ORIGINS: origin }, 'http://x'), origin).to.throw('not below');
    expect(() => readRelyingParty({ PASSKEY_ORIGINS: 'no address' }, 'http://x')).to.throw('Invalid URL');
  });
});
