import { expect } from 'chai';
import { channelsFor, defaultPreferences } from '../../domain/preferences.ts';

describe('preferences', () => {
  const silent = { locale: null, email: { updates: false }, sms: { updates: false, phone: null } };

  it('let e-mails through and no texts, unless told', () => {
    expect(channelsFor('order-shipped', defaultPreferences)).to.deep.equal(['email']);
  });

  it('keep back what is not essential from those who want none of it', () => {
    expect(channelsFor('order-shipped', silent)).to.deep.equal([]);
    expect(channelsFor('order-confirmed', silent)).to.deep.equal(['email']);
  });

  it('send texts to those who asked for them and gave a number', () => {
    const sms = { updates: true, phone: '+14155550100' };
    expect(channelsFor('order-shipped', { ...silent, sms })).to.deep.equal(['sms']);
    expect(channelsFor('order-shipped', { ...silent, sms: { updates: true, phone: null } })).to.deep.equal([]);
    expect(channelsFor('order-received', { ...silent, sms })).to.deep.equal([]);
  });
});
