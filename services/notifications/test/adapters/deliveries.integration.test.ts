import { randomUUID } from 'node:crypto';
import { SidecarUnavailable } from '@cartwright/kernel/dapr/errors';
import { expect } from 'chai';
import { v7 } from 'uuid';
import type { SendResult } from '../../domain/delivery.ts';
import type { OutgoingMessage } from '../../ports.ts';
import { startNotifications } from './fixtures.ts';
import type { Notifications } from './fixtures.ts';

describe('deliveries', () => {
  let service: Notifications;
  let sent: OutgoingMessage[];
  let answer: (message: OutgoingMessage) => Promise<SendResult>;
  let answered: () => Promise<void>;

  async function fresh(): Promise<void> {
    const sender = {
      provider: 'test',
      send: (message: OutgoingMessage) => {
        sent.push(message);
        return answer(message);
      },
    };
    service = await startNotifications({ senders: { email: sender, sms: sender }, answered: () => answered() });
  }

  beforeEach(async () => {
    sent = [];
    answer = ({ id }) => Promise.resolve({ result: 'sent', providerMessageId: `p-${id}` });
    answered = () => Promise.resolve();
    await fresh();
  });
  afterEach(() => service.close());

  async function claimed(contact = true): Promise<{ id: string; orderId: string }> {
    const orderId = v7();
    if (contact) service.contacts.set(orderId, { email: 'ada@example.com', name: 'Ada' });
    const [job] = await service.claim({ orderId });
    return { id: job!.id, orderId };
  }

  /** Ends leases and does what is due, until the message is as told. */
  async function sweepUntil(id: string, state: string): Promise<void> {
    for (let turn = 0; turn < 50; turn += 1) {
      if ((await service.stateOf(id))?.state === state) return;
      await service.endLeases();
      await service.deliveries.sweep();
    }
    expect((await service.stateOf(id))?.state).to.equal(state);
  }

  it('send a message, note it, and publish that it was sent', async () => {
    const { id, orderId } = await claimed();
    await sweepUntil(id, 'sent');
    expect(sent.map(({ id: of, to }) => [of, to])).to.deep.equal([[id, 'ada@example.com']]);
    const [event] = await service.database.sql<{ type: string; data: object }>('select type, data from outbox where aggregate_id = ?', [
      id,
    ]);
    expect(event).to.deep.equal({ type: 'EmailSent', data: { messageId: id, template: 'order-received', orderId } });
  });

  it('claim a message once for an event, channel and recipient', async () => {
    const message = { eventId: randomUUID(), orderId: v7() };
    expect(await service.claim(message)).to.have.length(1);
    expect(await service.claim(message)).to.have.length(0);
    expect(await service.claim({ ...message, orderId: v7() })).to.have.length(1);
  });

  it('try again what the provider does not take now', async () => {
    const { id } = await claimed();
    answer = () => Promise.resolve({ result: 'not_now', reason: 'busy' });
    await service.endLeases();
    await service.deliveries.sweep();
    expect(await service.stateOf(id)).to.deep.equal({ state: 'waiting', tries: 1, resends: 0, reason: 'busy' });
    answer = () => Promise.resolve({ result: 'sent', providerMessageId: null });
    await sweepUntil(id, 'sent');
    expect(sent).to.have.length(2);
  });

  it('send again once, and count it, when the process dies between the provider and the note', async () => {
    const { id } = await claimed();
    answered = () => Promise.reject(new Error('killed'));
    await service.endLeases();
    await service.deliveries.sweep();
    expect(await service.stateOf(id)).to.include({ state: 'sending', tries: 1, resends: 0 });
    answered = () => Promise.resolve();
    await sweepUntil(id, 'sent');
    expect(sent.map((message) => message.id)).to.deep.equal([id, id]);
    expect(await service.stateOf(id)).to.include({ resends: 1 });
    expect(await service.kernel.metrics.metrics()).to.match(/messages_sent_again_total\{channel="email",service="test"\} 1/);
  });

  it('send no third time in doubt', async () => {
    const { id } = await claimed();
    answer = () => Promise.resolve({ result: 'no_answer', reason: 'time-out' });
    await sweepUntil(id, 'failed');
    expect(sent).to.have.length(2);
  });

  it('send no third time when the process dies twice', async () => {
    const { id } = await claimed();
    answered = () => Promise.reject(new Error('killed'));
    await sweepUntil(id, 'failed');
    expect(sent).to.have.length(2);
    expect(await service.stateOf(id)).to.include({ reason: 'no answer, twice' });
  });

  it('send nothing twice when a lease has run out while the first is still sending', async () => {
    const { id, orderId } = await claimed();
    const [stale] = await service.messages.lease(1).then(async (none) => {
      expect(none).to.deep.equal([]);
      await service.endLeases();
      return service.messages.lease(1);
    });
    await service.endLeases();
    const [fresher] = await service.messages.lease(1);
    expect([stale!.id, fresher!.id, fresher!.orderId]).to.deep.equal([id, id, orderId]);
    expect(await service.messages.sending(stale!, 'hash')).to.equal('lost');
    expect(await service.messages.sending(fresher!, 'hash')).to.equal('sending');
    expect(await service.messages.settle(stale!, 'test', { state: 'sent', providerMessageId: null })).to.equal(false);
  });

  it('skip whom nobody knows any more', async () => {
    const { id } = await claimed(false);
    await sweepUntil(id, 'skipped');
    expect(sent).to.deep.equal([]);
    expect(await service.stateOf(id)).to.include({ reason: 'contact erased' });
  });

  it('wait, without counting a try, while those who know the contact are away', async () => {
    const { id, orderId } = await claimed(false);
    let away = true;
    service.contacts.get = () => {
      if (away) throw new SidecarUnavailable('orders is away');
      return { email: 'ada@example.com', name: 'Ada' };
    };
    await service.endLeases();
    await service.deliveries.sweep();
    expect(await service.stateOf(id)).to.include({ state: 'waiting', tries: 0 });
    away = false;
    await sweepUntil(id, 'sent');
    expect(orderId).to.be.a('string');
  });

  it('text those who asked for it, and mail the others', async () => {
    const [userId, orderId] = [v7(), v7()];
    service.contacts.set(orderId, { email: 'ada@example.com', name: 'Ada' });
    await service.preferences.set(userId, {
      locale: null,
      events: {},
      email: { updates: false },
      sms: { updates: true, phone: '+14155550100' },
    });
    const jobs = await service.claim({ orderId, userId, template: 'order-shipped' });
    const idOf = (channel: string): string => jobs.find((job) => job.channel === channel)!.id;
    await sweepUntil(idOf('sms'), 'sent');
    await sweepUntil(idOf('email'), 'skipped');
    expect(sent.map(({ to }) => to)).to.deep.equal(['+14155550100']);
  });

  it('wait for the word of a provider that tells, before they send again in doubt', async () => {
    await service.close();
    const told = { provider: 'test', tellsWithinMs: 60_000, send: (message: OutgoingMessage) => (sent.push(message), answer(message)) };
    service = await startNotifications({ senders: { email: told, sms: told }, answered: () => answered() });
    answered = () => Promise.reject(new Error('killed'));
    const [{ id }, { id: other }] = [await claimed(), await claimed()];
    await service.endLeases();
    await service.deliveries.sweep();
    answered = () => Promise.resolve();
    for (let turn = 0; turn < 3; turn += 1) {
      await service.endLeases();
      await service.deliveries.sweep();
    }
    expect(sent).to.have.length(2);
    expect(await service.stateOf(id)).to.include({ state: 'sending', reason: 'the provider may tell' });
    const news = { provider: 'test', eventId: 'e-1', messageId: id, kind: 'accepted', address: null } as const;
    expect(await service.news.take(news)).to.equal('taken');
    expect(await service.stateOf(id)).to.include({ state: 'sent', resends: 0 });
    // The other one is never heard of: after a minute it is sent again, once.
    await service.database.sql(`update messages set handed_over_at = handed_over_at - interval '61 s'`);
    await sweepUntil(other, 'sent');
    expect(sent.map((message) => message.id).filter((one) => one === other)).to.have.length(2);
    expect(sent).to.have.length(3);
  });

  it('send nothing more by a channel while its provider throttles, and count no tries meanwhile', async () => {
    const [one, other] = [await claimed(), await claimed()];
    answer = () => Promise.resolve({ result: 'not_now', reason: 'test answered 429', retryAfterMs: 60_000 });
    await service.database.sql('update messages set leased_until = now() where id = ?', [one.id]);
    await service.deliveries.sweep();
    await service.endLeases();
    await service.deliveries.sweep();
    expect(sent).to.have.length(1);
    expect(await service.stateOf(other.id)).to.include({ state: 'waiting', tries: 0, reason: 'the provider throttles' });
  });

  it('write no address to the logs', async () => {
    const { id } = await claimed();
    answer = () => Promise.resolve({ result: 'refused', reason: 'test answered 400' });
    await sweepUntil(id, 'failed');
    expect(service.lines.some(({ msg }) => msg === 'message could not be sent')).to.equal(true);
    expect(JSON.stringify(service.lines)).not.to.contain('ada@example.com');
  });
});
