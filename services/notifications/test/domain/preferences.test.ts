import { expect } from 'chai';
import { channelsFor, defaultPreferences, withOptOut } from '../../domain/preferences.ts';

describe('preferences', () => {
  const silent = { locale: null, events: {}, email: { updates: false }, sms: { updates: false, phone: null } };

  it('let e-mails through and no texts, unless told', () => {
    expect(channelsFor('order-shipped', defaultPreferences)).to.deep.equal(['email', 'live']);
  });

  it('keep back what is not essential from those who want none of it', () => {
    expect(channelsFor('order-shipped', silent)).to.deep.equal(['live']);
    expect(channelsFor('order-confirmed', silent)).to.deep.equal(['email', 'live']);
  });

  it('send texts to those who asked for them and gave a number', () => {
    const sms = { updates: true, phone: '+14155550100' };
    expect(channelsFor('order-shipped', { ...silent, sms })).to.deep.equal(['sms', 'live']);
    expect(channelsFor('order-shipped', { ...silent, sms: { updates: true, phone: null } })).to.deep.equal(['live']);
    expect(channelsFor('order-received', { ...silent, sms })).to.deep.equal(['live']);
  });

  it('are kept for each event and channel', () => {
    const events = { 'order-shipped': { email: false, sms: true, live: false }, 'order-delivered': { email: true } };
    const wishes = { ...silent, sms: { updates: false, phone: '+14155550100' }, events };
    expect(channelsFor('order-shipped', wishes)).to.deep.equal(['sms']);
    expect(channelsFor('order-delivered', wishes)).to.deep.equal(['email', 'live']);
    expect(channelsFor('order-part-delivered', wishes)).to.deep.equal(['live']);
  });

  it('end mails of a kind, or all that are not essential, until that is taken back', () => {
    const some = { ...defaultPreferences, events: { 'order-shipped': { email: true, live: false }, 'order-delivered': { email: true } } };
    const one = withOptOut(some, 'order-shipped', false);
    expect(channelsFor('order-shipped', one)).to.deep.equal([]);
    expect(channelsFor('order-delivered', one)).to.include('email');
    const all = withOptOut(some, '*', false);
    for (const event of ['order-shipped', 'order-delivered', 'order-received'] as const)
      expect(channelsFor(event, all), event).not.to.include('email');
    expect(channelsFor('order-shipped', all), 'other channels stay as they were').to.deep.equal([]);
    expect(channelsFor('order-confirmed', all)).to.include('email');
    expect(channelsFor('order-delivered', withOptOut(all, '*', true))).to.include('email');
  });
});
