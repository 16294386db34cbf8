import { expect } from 'chai';
import { entityTag, hasAlready, statesOf } from '../../http/etag.ts';

describe('An If-Match', () => {
  it('names the states of its strong tags, and none by weak ones', () => {
    expect(statesOf(entityTag(3))).to.deep.equal(['3']);
    expect(statesOf('"1", W/"2" ,"3.x"')).to.deep.equal(['1', '3.x']);
    expect(statesOf(' * ')).to.equal('any');
    expect(statesOf(undefined)).to.equal(undefined);
  });
});

describe('An If-None-Match', () => {
  it('names what one has, weakly or strongly', () => {
    expect(hasAlready('"a", W/"b"', '"b"')).to.equal(true);
    expect(hasAlready('"a"', '"b"')).to.equal(false);
    expect(hasAlready('*', '"b"')).to.equal(true);
    expect(hasAlready('*', undefined)).to.equal(false);
    expect(hasAlready(undefined, '"b"')).to.equal(false);
  });
});
