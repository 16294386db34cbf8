import { expect } from 'chai';

type Fields = Readonly<Record<string, string>>;
interface Words {
  readonly addressLines: (address: Fields) => string[];
  readonly addressInShort: (address: Fields) => string;
  readonly addressFrom: (values: Fields) => Fields;
}
// Pages are plain JavaScript, which browsers load as it is written.
const { addressLines, addressInShort, addressFrom } = (await import(new URL('../../web/address-words.js', import.meta.url).href)) as Words;

const home = { name: 'Ada', line1: '1 Main St', city: 'Springfield', region: 'IL', postalCode: '62701', country: 'US' };

describe('An address', () => {
  it('is written line by line, without those that say nothing', () => {
    expect(addressLines(home)).to.deep.equal(['Ada', '1 Main St', '62701 Springfield', 'IL, US']);
    expect(addressLines({ ...home, line2: 'Flat 2', region: '' })).to.deep.equal(['Ada', '1 Main St', 'Flat 2', '62701 Springfield', 'US']);
  });

  it('is told from others in short', () => {
    expect(addressInShort(home)).to.equal('Ada, 1 Main St, Springfield');
  });

  it('is sent as the API takes it: a blank second line and other fields of the form are left out', () => {
    expect(addressFrom({ ...home, line2: ' ', other: 'x' })).to.deep.equal(home);
    expect(addressFrom({ ...home, line2: 'Flat 2' })).to.deep.equal({ ...home, line2: 'Flat 2' });
  });
});
