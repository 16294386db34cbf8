import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { listen } from '@cartwright/kernel/test/kernel-for-tests';
import type { Listening } from '@cartwright/kernel/test/kernel-for-tests';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { sendGridWebhook } from '../../adapters/sendgrid-webhook.ts';
import { twilioCallback, twilioWebhook } from '../../adapters/twilio-webhook.ts';
import { startNotifications, tokenOf } from '../adapters/fixtures.ts';
import type { Notifications } from '../adapters/fixtures.ts';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const shopUrl = 'https://shop.example';

describe('The webhooks of providers', () => {
  let service: Notifications;
  let server: Listening;

  before(async () => {
    const key = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    const readers = { sendgrid: sendGridWebhook(key), twilio: await twilioWebhook('the-auth-token', shopUrl) };
    service = await startNotifications({}, {}, readers);
    server = await listen(service.kernel, service.app);
  });
  after(async () => {
    await server.close();
    await service.close();
  });

  /** A mail that was sent. */
  async function mailed(to = `${v7()}@example.com`): Promise<{ id: string; to: string }> {
    const orderId = v7();
    service.contacts.set(orderId, { email: to, name: 'Ada' });
    const [job] = await service.claim({ orderId, template: 'order-confirmed' });
    await service.endLeases();
    while ((await service.deliveries.sweep()) > 0);
    return { id: job!.id, to };
  }

  const outcomeOf = async (id: string): Promise<unknown> =>
    (await service.database.sql<{ outcome: string | null }>('select outcome from messages where id = ?', [id]))[0]?.outcome;

  /** Posts as SendGrid does: https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features */
  async function sendGrid(events: unknown, { time = Math.floor(Date.now() / 1000), key = privateKey, body = JSON.stringify(events) } = {}) {
    const signature = sign('sha256', Buffer.from(`${String(time)}${JSON.stringify(events)}`), key).toString('base64');
    const response = await fetch(`${server.url}/api/notifications/webhooks/sendgrid`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-twilio-email-event-webhook-signature': signature,
        'x-twilio-email-event-webhook-timestamp': String(time),
      },
      body,
    });
    return { status: response.status, body: (await response.json()) as { errors?: { field: string; rule: string }[] } };
  }

  const event = (messageId: string, kind: string, email: string, more: object = {}) => ({
    ...{ email, event: kind, messageId, sg_event_id: v7(), sg_message_id: 'x.y', timestamp: 1_769_000_000 },
    ...more,
  });

  /** Posts as Twilio does: https://www.twilio.com/docs/usage/security#validating-requests */
  async function twilio(path: string, params: Record<string, string>, token = 'the-auth-token') {
    const signed = Object.keys(params)
      .sort()
      .reduce((text, name) => text + name + params[name]!, shopUrl + path);
    const response = await fetch(server.url + path, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': createHmac('sha1', token).update(signed).digest('base64'),
      },
      body: new URLSearchParams(params).toString(),
    });
    return { status: response.status, body: (await response.json()) as { errors?: { field: string }[] } };
  }

  it('tell what became of mails, each event once, in any order', async () => {
    const [one, other] = [await mailed(), await mailed()];
    const delivered = event(one.id, 'delivered', one.to);
    expect((await sendGrid([event(one.id, 'processed', one.to), delivered, event(other.id, 'dropped', other.to)])).status).to.equal(200);
    expect(await outcomeOf(one.id)).to.equal('delivered');
    expect(await outcomeOf(other.id)).to.equal('undelivered');
    await sendGrid([delivered, event(other.id, 'delivered', other.to)]);
    expect(await outcomeOf(other.id)).to.equal('delivered');
    await sendGrid([event(other.id, 'dropped', other.to)]);
    expect(await outcomeOf(other.id), 'late news weigh less').to.equal('delivered');
    const kept = await service.database.sql('select 1 from provider_events where message_id = ?', [one.id]);
    expect(kept).to.have.length(2);
  });

  it('end mails to an address that bounced or complained, until staff lift that; only a hash of it is kept', async () => {
    for (const [kind, reason] of [
      ['bounce', 'bounced'],
      ['spamreport', 'complained'],
    ] as const) {
      const { id, to } = await mailed();
      await sendGrid([event(id, kind, to.toUpperCase(), { type: 'bounce' })]);
      expect(await outcomeOf(id)).to.equal(reason);
      const next = await mailed(to);
      expect(await service.stateOf(next.id)).to.include({ state: 'skipped', reason: 'suppressed' });

      const support = { authorization: `Bearer ${tokenOf(v7(), ['support'])}` };
      const listed = await fetch(`${server.url}/api/notifications/suppressions?recipient=${service.keys.addressHash(to)}`, {
        headers: support,
      });
      const { items } = (await listed.json()) as { items: { id: string; reason: string }[] };
      expect(items.map((item) => item.reason)).to.deep.equal([reason]);
      const lift = (): Promise<Response> =>
        fetch(`${server.url}/api/notifications/suppressions/${items[0]!.id}`, { method: 'DELETE', headers: support });
      expect((await lift()).status).to.equal(204);
      expect((await lift()).status).to.equal(409);
      expect(await service.stateOf((await mailed(to)).id)).to.include({ state: 'sent' });
      const everything = JSON.stringify([
        await service.database.sql('select * from suppressions'),
        await service.database.sql('select * from provider_events'),
        await service.database.sql('select * from messages'),
        await service.database.sql('select * from outbox'),
        service.lines,
      ]).toLowerCase();
      expect(everything).not.to.contain(to);
    }
  });

  it('do not end mails where the bounce may pass', async () => {
    const { id, to } = await mailed();
    await sendGrid([event(id, 'bounce', to, { type: 'blocked' })]);
    expect(await outcomeOf(id)).to.equal('undelivered');
    expect(await service.stateOf((await mailed(to)).id)).to.include({ state: 'sent' });
  });

  it('show suppressions to staff alone', async () => {
    const status = async (roles?: string[]): Promise<number> =>
      (
        await fetch(`${server.url}/api/notifications/suppressions`, {
          headers: roles === undefined ? {} : { authorization: `Bearer ${tokenOf(v7(), roles)}` },
        })
      ).status;
    expect([await status(), await status(['customer']), await status(['staff'])]).to.deep.equal([401, 403, 200]);
  });

  it('are believed by their signature and time alone', async () => {
    const { id, to } = await mailed();
    const events = [event(id, 'delivered', to)];
    const now = Math.floor(Date.now() / 1000);
    const stranger = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
    for (const [what, refused, rule] of [
      ['another key', await sendGrid(events, { key: stranger }), 'signature'],
      ['another body', await sendGrid(events, { body: JSON.stringify([event(id, 'bounce', to)]) }), 'signature'],
      ['long ago', await sendGrid(events, { time: now - 301 }), 'time'],
      ['from the future', await sendGrid(events, { time: now + 330 }), 'time'], // 301 is none any more when the second ends
    ] as const) {
      expect([refused.status, refused.body.errors?.[0]?.rule], what).to.deep.equal([400, rule]);
    }
    const bare = await fetch(`${server.url}/api/notifications/webhooks/sendgrid`, { method: 'POST', body: '[]' });
    expect(bare.status).to.equal(400);
    expect(await outcomeOf(id)).to.equal(null);
  });

  it('bear what they cannot read, and messages that are not ours', async () => {
    for (const odd of [[null], [{ event: 'delivered' }], {}, [event(v7(), 'delivered', 'x@example.com')], [event('x', 'delivered', 'y')]])
      expect((await sendGrid(odd)).status, JSON.stringify(odd)).to.equal(200);
  });

  it('tell what became of texts, and that a number is dead', async () => {
    const [userId, orderId] = [v7(), v7()];
    const phone = '+14155550111';
    service.contacts.set(orderId, { email: 'ada@example.com', name: 'Ada' });
    await service.preferences.set(userId, { locale: null, events: {}, email: { updates: true }, sms: { updates: true, phone } });
    const jobs = await service.claim({ orderId, userId, template: 'order-shipped' });
    const { id } = jobs.find(({ channel }) => channel === 'sms')!;
    await service.endLeases();
    while ((await service.deliveries.sweep()) > 0);
    const callback = twilioCallback(shopUrl, id).slice(shopUrl.length);
    const params = { MessageSid: 'SM1', MessageStatus: 'undelivered', ErrorCode: '30005', To: phone };
    expect((await twilio(callback, params, 'another token')).status).to.equal(400);
    expect((await twilio(callback.replace(id, v7()), params)).status, 'another message, signed by Twilio').to.equal(200);
    expect(await outcomeOf(id)).to.equal(null);
    const old = twilioCallback(shopUrl, id, () => Date.now() - 4 * 24 * 3_600_000).slice(shopUrl.length);
    expect((await twilio(old, params)).body.errors?.[0]?.field).to.equal('sent');
    expect((await twilio(callback, params)).status).to.equal(200);
    expect(await outcomeOf(id)).to.equal('bounced');
    expect(await service.suppressions.has(service.keys.addressHash(phone), 'sms')).to.equal(true);
  });

  it('publish once that a message was sent, whoever says it first', async () => {
    const orderId = v7();
    service.contacts.set(orderId, { email: 'ada@example.com', name: 'Ada' });
    const [job] = await service.claim({ orderId, template: 'order-confirmed' });
    await service.messages.sending(job!, 'hash');
    await Promise.all(['a', 'b'].map(() => sendGrid([event(job!.id, 'delivered', 'ada@example.com')])));
    expect(await service.messages.settle(job!, 'sendgrid', { state: 'sent', providerMessageId: 'x' })).to.equal(false);
    const published = await service.database.sql('select 1 from outbox where aggregate_id = ?', [job!.id]);
    expect(published).to.have.length(1);
  });
});
