import { expect } from 'chai';
import { ruleOf, subjectOf, templateNames } from '../../domain/templates.ts';

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
});
