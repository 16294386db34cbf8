import { expect } from 'chai';
import { isCommonPassword } from '../../adapters/common-passwords.ts';
import { faultOf } from '../../domain/password.ts';

describe('A new password', () => {
  it('is none of those that many have, however it is written', () => {
    for (const common of ['password', 'Password', ' iloveyou ', '12345678', 'ＱＷＥＲＴＹＵＩＯＰ', 'trustno1'])
      expect(faultOf(common, isCommonPassword), common).to.equal('common');
  });

  it('is not its owner’s name or address', () => {
    const owner = { email: 'grace.hopper@example.org', name: 'Grace Brewster Hopper' };
    for (const own of ['Grace.Hopper', 'grace.hopper@example.org', 'grace brewster hopper', 'GraceBrewsterHopper'])
      expect(faultOf(own, isCommonPassword, owner), own).to.equal('own_name');
  });

  it('may be anything else: there are no rules of composition', () => {
    const owner = { email: 'grace.hopper@example.org', name: 'Grace' };
    for (const good of ['correct horse battery staple', 'zzqxjvkw', '        ?', 'Passwort mit Grace'])
      expect(faultOf(good, isCommonPassword, owner), good).to.equal(undefined);
  });
});
