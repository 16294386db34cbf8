import { createLogger } from '@cartwright/kernel/telemetry/logger';
import { expect } from 'chai';
import { LateReminders } from '../late-reminders.ts';

const schedule = { dueTime: '24h', period: '24h' };

describe('A reminder that is registered later', () => {
  let registered: string[];
  let registering: () => Promise<void>;
  let now: number;
  let reminders: LateReminders;

  beforeEach(() => {
    registered = [];
    registering = () => Promise.resolve();
    now = 0;
    const api = {
      registerReminder: async (type: string, id: string, name: string) => {
        await registering();
        registered.push(`${type}/${id}/${name}`);
      },
    };
    reminders = new LateReminders(api, createLogger('test', 'silent'), { afterMs: 1000, everyMs: 3_600_000, now: () => now });
  });
  afterEach(() => reminders.close());

  const after = async (ms: number): Promise<void> => {
    now += ms;
    await reminders.sweep();
  };

  it('is registered once, when its time has come', async () => {
    reminders.arm('Cart', '1', 'idle', schedule);
    await after(999);
    expect(registered).to.deep.equal([]);
    await after(1);
    await after(5000);
    expect(registered).to.deep.equal(['Cart/1/idle']);
  });

  it('is never registered where it is not needed any more', async () => {
    reminders.arm('Cart', '1', 'idle', schedule);
    reminders.arm('Cart', '2', 'idle', schedule);
    reminders.cancel('Cart', '1', 'idle');
    await after(1000);
    expect(registered).to.deep.equal(['Cart/2/idle']);
  });

  it('is tried again until the scheduler is there', async () => {
    reminders.arm('Cart', '1', 'idle', schedule);
    registering = () => Promise.reject(new Error('scheduler away'));
    expect(await after(1000).catch(() => 'failed')).to.equal('failed');
    registering = () => Promise.resolve();
    await after(0);
    expect(registered).to.deep.equal(['Cart/1/idle']);
  });

  it('that is armed again while it is registered is registered again', async () => {
    reminders.arm('Cart', '1', 'idle', schedule);
    registering = () => {
      registering = () => Promise.resolve();
      reminders.arm('Cart', '1', 'idle', schedule);
      return Promise.resolve();
    };
    await after(1000);
    await after(1000);
    expect(registered).to.deep.equal(['Cart/1/idle', 'Cart/1/idle']);
  });

  it('is registered before the process ends in good order', async () => {
    reminders.arm('Cart', '1', 'idle', schedule);
    await reminders.close();
    expect(registered).to.deep.equal(['Cart/1/idle']);
  });
});
