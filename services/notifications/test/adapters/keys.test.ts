import { expect } from 'chai';
import { v7 } from 'uuid';
import { messageKeys } from '../../adapters/keys.ts';

const keys = messageKeys(Buffer.from('0123456789abcdef'));

describe('the keys of messages', () => {
  it('know an address however it is written, and give it away to nobody', () => {
    expect(keys.addressHash(' Ada@Example.com')).to.equal(keys.addressHash('ada@example.com')).and.to.have.length(43);
    expect(keys.addressHash('ada@example.com')).not.to.equal(keys.addressHash('eve@example.com'));
    expect(messageKeys(Buffer.from('another secret..')).addressHash('ada@example.com')).not.to.equal(keys.addressHash('ada@example.com'));
  });

  it('read the links that they made, and no others', () => {
    for (const subscriber of [{ userId: v7() }, { addressHash: keys.addressHash('ada@example.com') }]) {
      const link = { subscriber, event: 'order-shipped' as const };
      const token = keys.unsubscribeToken(link);
      expect(keys.readUnsubscribe(token)).to.deep.equal(link);
      expect(token).to.match(/^[\w.-]+$/);
      for (const forged of [
        token.replace('order-shipped', 'order-delivered'),
        `${token.slice(0, -2)}${token.endsWith('AA') ? 'BB' : 'AA'}`,
        token.slice(1),
        '',
        'a.b.c.d',
        messageKeys(Buffer.from('another secret..')).unsubscribeToken(link),
      ])
        expect(keys.readUnsubscribe(forged), forged).to.equal(undefined);
    }
  });

  it('refuse a secret that can be guessed', () => {
    expect(() => messageKeys(Buffer.from('short'))).to.throw('at least 16 bytes');
  });
});
