import { v7 } from 'uuid';
import { expect } from 'chai';
import { eventually } from './privacy/person.ts';
import { Customer } from './shop/client.ts';
import { runningStack } from './stack.ts';

describe('Mails about an account', function () {
  this.timeout(60_000);

  it('come in the language of the browser that somebody registered with, until they choose another', async () => {
    const customer = new Customer(runningStack().gatewayUrl);
    const email = `language-${v7()}@customers.test`;
    const account = { email, password: 'long-enough-1', name: 'Grace Example' };
    await customer.enter('/api/auth/register', account, { 'accept-language': 'de-AT,de;q=0.9,en;q=0.8' });
    const subjects = async (): Promise<string[]> => {
      const { items } = await customer.ask<{ items: { subject: string }[] }>(
        'GET',
        `/api/notifications/mailbox?to=${encodeURIComponent(email)}`,
      );
      return items.map(({ subject }) => subject).sort();
    };
    const german = 'Bestätigen Sie Ihre E-Mail-Adresse';
    expect(await eventually('the first mail', subjects, (found) => found.length >= 1)).to.deep.equal([german]);
    await customer.ask('PATCH', '/api/auth/me', { locale: 'en' });
    await customer.ask('POST', '/api/auth/password/forgot', { email });
    expect(await eventually('the link', subjects, (found) => found.length >= 2)).to.deep.equal([german, 'Set your password anew']);
  });
});
