import { expect } from 'chai';
import { Bell } from '../../messaging/bell.ts';

describe('a bell', () => {
  it('wakes the one who waits', async () => {
    const bell = new Bell();
    const waiting = bell.wait(60_000);
    bell.ring();
    await waiting;
  });

  it('keeps a ring that nobody waited for, once', async () => {
    const bell = new Bell();
    bell.ring();
    bell.ring();
    await bell.wait(60_000);
    const began = Date.now();
    await bell.wait(20);
    expect(Date.now() - began).to.be.at.least(15);
  });
});
