import { expect } from 'chai';
import { countries, regionCode, regions } from '../places.ts';

describe('Places', () => {
  it('are the 249 countries of ISO 3166-1, each once, and each has a name', () => {
    const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
    expect(new Set(countries).size).to.equal(249);
    for (const code of countries) expect([code, names.of(code)]).not.to.include(undefined);
    expect(['ZZ', 'EU', 'UK', 'XK'].filter((code) => countries.includes(code))).to.deep.equal([]);
    expect(Object.keys(regions).filter((country) => !countries.includes(country))).to.deep.equal([]);
  });

  it('have regions that are found by code and by name, in whatever case, and are left as they are where none is known', () => {
    expect(regionCode('US', 'il')).to.equal('IL');
    expect(regionCode('CA', ' quebec ')).to.equal('QC');
    for (const written of ['california', 'California', 'CALIFORNIA', 'CA', 'ca']) expect(regionCode('US', written), written).to.equal('CA');
    expect(regionCode('US', 'constructor')).to.equal('constructor');
    expect(regionCode('toString', ' by ')).to.equal('by');
    expect(regionCode('DE', ' Bayern ')).to.equal('Bayern');
  });
});
