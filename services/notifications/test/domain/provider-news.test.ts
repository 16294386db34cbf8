import { expect } from 'chai';
import { sendGridNews, suppresses, twilioNews } from '../../domain/provider-news.ts';

describe('what providers tell', () => {
  it('is, of SendGrid, what became of a mail, and not who opened it', () => {
    expect(sendGridNews('processed', undefined)).to.equal('accepted');
    expect(sendGridNews('delivered', undefined)).to.equal('delivered');
    expect(sendGridNews('bounce', 'bounce')).to.equal('bounced');
    expect(sendGridNews('bounce', undefined)).to.equal('bounced');
    expect(sendGridNews('bounce', 'blocked'), 'may pass').to.equal('undelivered');
    expect(sendGridNews('dropped', undefined)).to.equal('undelivered');
    expect(sendGridNews('spamreport', undefined)).to.equal('complained');
    for (const event of ['open', 'click', 'deferred', 'toString']) expect(sendGridNews(event, undefined), event).to.equal(undefined);
  });

  it('is, of Twilio, what became of a text, and whether there is nobody at that number', () => {
    expect(twilioNews('sent', undefined)).to.equal('accepted');
    expect(twilioNews('delivered', undefined)).to.equal('delivered');
    expect(twilioNews('undelivered', '30005')).to.equal('bounced');
    expect(twilioNews('undelivered', '30003'), 'the phone was off').to.equal('undelivered');
    expect(twilioNews('failed', '21610'), 'they answered STOP').to.equal('complained');
    expect(twilioNews('failed', undefined)).to.equal('undelivered');
    for (const status of ['queued', 'sending', 'accepted']) expect(twilioNews(status, undefined), status).to.equal(undefined);
  });

  it('ends mails to who bounces or complains alone', () => {
    for (const kind of ['bounced', 'complained'] as const) expect(suppresses(kind)).to.equal(true);
    for (const kind of ['accepted', 'undelivered', 'delivered'] as const) expect(suppresses(kind)).to.equal(false);
  });
});
