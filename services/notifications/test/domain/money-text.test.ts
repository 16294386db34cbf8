import { expect } from 'chai';
import { moneyText } from '../../domain/money-text.ts';

describe('an amount in words', () => {
  it('has as many decimal places as the currency has', () => {
    expect(moneyText(1999, 'USD')).to.equal('$19.99');
    expect(moneyText(1999, 'JPY')).to.equal('¥1,999');
    expect(moneyText(1999, 'KWD').replace(/\s/, ' ')).to.equal('KWD 1.999');
  });

  it('shows what is taken off as negative', () => {
    expect(moneyText(-500, 'EUR')).to.equal('-€5.00');
  });
});
