import { expect } from 'chai';
import { readStockPolicy } from '../stock-policy.ts';

describe('The policy of stock', () => {
  it('is told by the environment, and has a usual threshold', () => {
    expect(readStockPolicy({})).to.deep.equal({ lowBelow: 5 });
    expect(readStockPolicy({ LOW_STOCK_BELOW: '0' })).to.deep.equal({ lowBelow: 0 });
  });

  it('names the variable when it is no number of units', () => {
    for (const wrong of ['', ' ', 'few', '-1', '1.5', '1e10'])
      expect(() => readStockPolicy({ LOW_STOCK_BELOW: wrong }), wrong).to.throw('LOW_STOCK_BELOW');
  });
});
