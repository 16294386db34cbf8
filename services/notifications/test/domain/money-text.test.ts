import { expect } from 'chai';
import { moneyText } from '../../domain/money-text.ts';

describe('an amount in words', () => {
  it('has as many decimal places as the currency has', () => {
    expect(moneyText(1999, 'USD', 'en')).to.equal('$19.99');
    expect(moneyText(1999, 'JPY', 'en')).to.equal('¥1,999');
    expect(moneyText(1999, 'KWD', 'en').replace(/\s/, ' ')).to.equal('KWD 1.999');
  });

  it('shows what is taken off as negative', () => {
    expect(moneyText(-500, 'EUR', 'en')).to.equal('-€5.00');
  });

  it('is written as its readers write it', () => {
    expect(moneyText(123_456, 'EUR', 'de').replace(/\s/, ' ')).to.equal('1.234,56 €');
    expect(moneyText(1999, 'USD', 'de').replace(/\s/, ' ')).to.equal('19,99 $');
  });
});
