import { expect } from 'chai';
import { accessKeys } from '../../adapters/access-keys.ts';
import { orderChanges } from '../../adapters/order-changes.ts';

const order = '0193a6f0-0000-7000-8000-000000000001';
const other = '0193a6f0-0000-7000-8000-000000000002';

describe('The key of an order', () => {
  const keys = accessKeys(Buffer.from('0123456789abcdef'));

  it('is always the same, opens its order and no other', () => {
    const key = keys.keyOf(order);
    expect(key).to.match(/^[\w-]{43}$/);
    expect(keys.keyOf(order)).to.equal(key);
    expect(keys.opens(order, key)).to.equal(true);
    expect(keys.opens(order.toUpperCase(), key)).to.equal(true);
    expect(keys.opens(other, key)).to.equal(false);
    expect(keys.opens(order, '')).to.equal(false);
    expect(keys.opens(order, `${key}x`)).to.equal(false);
  });

  it('depends on the secret, which has to be long enough', () => {
    expect(accessKeys(Buffer.from('another secret !')).keyOf(order)).not.to.equal(keys.keyOf(order));
    expect(() => accessKeys(Buffer.from('short'))).to.throw('at least 16 bytes');
  });
});

describe('News of orders', () => {
  it('reaches whoever waits for that order, until they leave', () => {
    const changes = orderChanges();
    const heard: string[] = [];
    const leave = changes.subscribe(order, () => heard.push('first'));
    changes.subscribe(order, () => heard.push('second'));
    changes.announce(order);
    leave();
    leave();
    changes.announce(order);
    changes.announce(other);
    expect(heard).to.deep.equal(['first', 'second', 'second']);
  });
});
