import { expect } from 'chai';
import { chooseLocale, dateText, momentText } from '../../domain/locales.ts';

const available = ['de', 'en'];

describe('the language of a message', () => {
  it('is the dearest wish that there are words for', () => {
    expect(chooseLocale(available, ['de', 'en'])).to.deep.equal({ words: 'de', format: 'de' });
    expect(chooseLocale(available, [null, 'de'])).to.deep.equal({ words: 'de', format: 'de' });
    expect(chooseLocale(available, ['fr', 'de'])).to.deep.equal({ words: 'de', format: 'de' });
  });

  it('of a country is its language, with dates and money as they are written there', () => {
    expect(chooseLocale(available, ['de-at'])).to.deep.equal({ words: 'de', format: 'de-AT' });
    expect(dateText('2026-01-25T23:30:00Z', 'de-AT')).to.equal('25. Jänner 2026');
  });

  it('is English where nothing else is known, or what is wished is no language', () => {
    for (const wishes of [[], [null], ['fr'], ['not a tag'], ['e']])
      expect(chooseLocale(available, wishes)).to.deep.equal({ words: 'en', format: 'en' });
  });

  it('says in which zone a moment is', () => {
    expect(momentText('2026-11-25T21:05:00Z', 'en')).to.match(/^November 25, 2026 at 9:05\sPM UTC$/);
  });
});
