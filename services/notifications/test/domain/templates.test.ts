import { expect } from 'chai';
import { oneLine, ruleOf, templateNames } from '../../domain/templates.ts';

describe('templates', () => {
  it('keep a subject on one line, so that nobody can add headers to a mail', () => {
    expect(oneLine('Your order X\r\nBcc: eve@example.com')).to.equal('Your order X Bcc: eve@example.com');
  });

  it('go by e-mail at least', () => {
    for (const name of templateNames) expect(ruleOf(name).channels).to.include('email');
  });
});
