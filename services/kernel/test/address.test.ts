import { expect } from 'chai';
import { canonicalAddress } from '../address.ts';

describe('An address', () => {
  const home = { name: 'Ada', line1: '1 Main St', city: 'San Francisco', region: 'CA', postalCode: '94102', country: 'US' };

  it('is the same however it is written', () => {
    const others = [
      home,
      { ...home, region: 'california' },
      { ...home, region: ' ca ' },
      { ...home, line2: ' ' },
      { ...home, name: ' Ada ', line1: '1 Main St ', city: ' San Francisco', postalCode: '94102 ' },
    ];
    for (const other of others) expect(canonicalAddress(other)).to.deep.equal(home);
  });

  it('keeps what may matter: its second line, and the case of what is no known region', () => {
    const other = { ...home, line2: 'Flat 3', region: 'Bayern', country: 'DE' };
    expect(canonicalAddress({ ...other, line2: ' Flat 3 ' })).to.deep.equal(other);
  });
});
