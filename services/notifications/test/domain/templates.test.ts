import { expect } from 'chai';
import { reasonText, ruleOf, subjectOf, templateNames, templateOfUpdate } from '../../domain/templates.ts';

describe('templates', () => {
  it('put the order number into the subject', () => {
    expect(subjectOf('order-confirmed', 'CW-100042')).to.equal('Your order CW-100042 is confirmed');
  });

  it('keep a subject on one line, so that nobody can add headers to a mail', () => {
    expect(subjectOf('order-shipped', 'X\r\nBcc: eve@example.com')).to.equal('Your order X Bcc: eve@example.com is on its way');
  });

  it('go by e-mail at least', () => {
    for (const name of templateNames) expect(ruleOf(name).channels).to.include('email');
  });

  it('are chosen by what became of an order', () => {
    expect(['shipped', 'delivered', 'refunded', 'partially_refunded', 'payment_action_required'].map(templateOfUpdate)).to.deep.equal([
      'order-shipped',
      'order-delivered',
      'order-refunded',
      'order-refunded',
      'payment-action-required',
    ]);
    expect(templateOfUpdate('captured')).to.equal(undefined);
  });

  it('name reasons in words, and keep to themselves those that are codes for us', () => {
    expect(reasonText('card_declined')).to.equal('your card was declined');
    expect(reasonText('E_42')).to.equal(undefined);
  });
});
