import { expect } from 'chai';
import { networkOf, placeOf } from '../../domain/network.ts';

describe('The network of an address', () => {
  it('names no household', () => {
    expect(networkOf('203.0.113.77')).to.equal('203.0.113.0/24');
    expect(networkOf('2001:db8:85a3:1:2:8a2e:370:7334')).to.equal('2001:db8:85a3::/48');
  });

  it('is found however an IPv6 address is shortened', () => {
    expect(networkOf('2001:0DB8::1')).to.equal('2001:db8:0::/48');
    expect(networkOf('::1')).to.equal('0:0:0::/48');
    expect(networkOf('fe80::1%eth0')).to.equal('fe80:0:0::/48');
  });

  it('is none for what is no address', () => {
    for (const text of ['', 'unknown', '1.2.3', '1.2.3.4.5', 'x::1']) expect(networkOf(text), text).to.equal(undefined);
  });
});

describe('The place of an address', () => {
  it('is the whole of IPv4, and what one subscriber has of IPv6', () => {
    expect(placeOf('203.0.113.77')).to.equal('203.0.113.77');
    expect(placeOf('2001:db8::1:2:3:4')).to.equal(placeOf('2001:db8:0:0:ffff::'));
    expect(placeOf('2001:db8:0:1::1')).not.to.equal(placeOf('2001:db8:0:2::1'));
    expect(placeOf('somewhere')).to.equal('somewhere');
  });
});
