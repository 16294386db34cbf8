import { randomUUID } from 'node:crypto';
import { appToken } from '@cartwright/kernel/test/kernel-for-tests';
import { until } from '@cartwright/kernel/test/postgres/test-database';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { envelope, placed, serveNotifications, tokenOf } from './adapters/fixtures.ts';
import type { Notifications } from './adapters/fixtures.ts';

/** A page of a list, or a problem. */
interface Body {
  items: Record<string, unknown>[];
  nextCursor: string | null;
  errors: { field: string }[];
}

describe('notifications', () => {
  let served: Awaited<ReturnType<typeof serveNotifications>>;
  let service: Notifications;

  before(async () => {
    served = await serveNotifications();
    service = served.service;
  });
  after(() => served.close());

  async function ask(method: string, path: string, { token, body }: { token?: string; body?: unknown } = {}) {
    const response = await fetch(served.url + path, {
      method,
      headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Body };
  }

  /** Delivers events as the sidecar does. */
  async function deliver(topic: string, ...events: object[]): Promise<string[]> {
    const response = await fetch(`${served.url}/events/${topic}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'dapr-api-token': appToken },
      body: JSON.stringify({ entries: events.map((event, index) => ({ entryId: String(index), event })) }),
    });
    return ((await response.json()) as { statuses: { status: string }[] }).statuses.map(({ status }) => status);
  }

  function newOrder(): { orderId: string; to: string } {
    const orderId = v7();
    const to = `${orderId}@example.com`;
    service.contacts.set(orderId, { email: to, name: 'Ada' });
    return { orderId, to };
  }

  /** The mails of a recipient, once there are so many. */
  async function mailsTo(to: string, count: number): Promise<Record<string, unknown>[]> {
    let items: Body['items'] = [];
    await until(`there are ${String(count)} mails`, async () => {
      ({ items } = (await ask('GET', `/api/notifications/mailbox?to=${encodeURIComponent(to)}`)).body);
      return items.length >= count;
    });
    return items;
  }

  it('tell a customer what becomes of an order, each thing once', async () => {
    const { orderId, to } = newOrder();
    const confirmed = envelope(orderId, 2, 'OrderConfirmed', { number: 'CW-100042', amount: 11_124, currency: 'USD', customerId: null });
    const shipped = envelope(orderId, 3, 'OrderUpdated', {
      status: 'confirmed',
      fulfilment: 'shipped',
      paymentStatus: 'captured',
      reason: 'shipped',
    });
    const events = [placed(orderId), confirmed, shipped];
    expect(await deliver('orders', ...events)).to.deep.equal(['SUCCESS', 'SUCCESS', 'SUCCESS']);
    expect(await deliver('orders', ...events)).to.deep.equal(['SUCCESS', 'SUCCESS', 'SUCCESS']);
    const mails = await mailsTo(to, 3);
    expect(mails.map(({ subject }) => subject).sort()).to.deep.equal([
      'We have received your order CW-100042',
      'Your order CW-100042 is confirmed',
      'Your order CW-100042 is on its way',
    ]);
    const mail = mails.find(({ subject }) => String(subject).endsWith('is confirmed'));
    expect(mail).to.include({ channel: 'email', to }).and.to.have.property('text').that.contains('$111.24');
  });

  it('tell that an order was rejected, its payment failed, or that it was cancelled and why', async () => {
    const ends: [string, object, string][] = [
      ['OrderRejected', { shortages: [{ sku: 'LAMP', requested: 2, available: 1 }] }, 'is out of stock'],
      ['OrderPaymentFailed', { reason: 'card_declined' }, 'failed'],
      ['OrderCancelled', { reason: 'expired', previousStatus: 'reserved' }, 'is cancelled'],
    ];
    for (const [type, data, words] of ends) {
      const { orderId, to } = newOrder();
      await deliver('orders', placed(orderId), envelope(orderId, 2, type, data));
      const subjects = (await mailsTo(to, 2)).map(({ subject }) => String(subject));
      expect(
        subjects.some((subject) => subject.endsWith(words)),
        type,
      ).to.equal(true);
    }
  });

  it('tell of parcels, refunds and returns, each once, with what and how much', async () => {
    const { orderId, to } = newOrder();
    const [worn, late] = [v7(), v7()];
    const words = { [`rejected.${worn}`]: 'worn by Ada', [orderId]: 'Ada called', [late]: 'sorry, Ada' };
    service.contacts.set(orderId, { email: to, name: 'Ada', words });
    const updated = (version: number, reason: string, fulfilment: string, paymentStatus: string, more: object = {}) =>
      envelope(orderId, version, 'OrderUpdated', { status: 'confirmed', fulfilment, paymentStatus, reason, ...more });
    const lines = [{ sku: 'LAMP-WAL-S', quantity: 1 }];
    const [one, other, returnId, refundId] = [v7(), v7(), v7(), v7()];
    const events = [
      placed(orderId),
      updated(2, 'captured', 'none', 'captured'),
      updated(3, 'shipped', 'partial', 'captured', { shipment: { shipmentId: one, lines, carrier: 'DHL', trackingNumber: 'T-1' } }),
      updated(4, 'shipped', 'shipped', 'captured', { shipment: { shipmentId: other, lines } }),
      updated(5, 'delivered', 'shipped', 'captured', { delivered: [{ shipmentId: one, lines }] }),
      updated(6, 'delivered', 'delivered', 'captured', { delivered: [{ shipmentId: other, lines }] }),
      envelope(orderId, 7, 'OrderReturnRequested', { returnId, lines, reason: 'too dark' }),
      envelope(orderId, 8, 'OrderReturned', { returnId, lines, restock: true }),
      envelope(orderId, 9, 'OrderRefundRequested', { refundId: returnId, amount: 5562, currency: 'USD', reason: 'returned' }),
      updated(10, 'partially_refunded', 'delivered', 'partially_refunded', {
        refund: { refundId: returnId, status: 'done', amount: 5562, refunded: 5562 },
      }),
      envelope(orderId, 11, 'OrderRefundRequested', { refundId, amount: 400, currency: 'USD', reason: 'scratched' }),
      updated(12, 'refund_failed: charge_disputed', 'delivered', 'partially_refunded', {
        refund: { refundId, status: 'failed', amount: 400, refunded: 5562 },
      }),
      envelope(orderId, 13, 'OrderReturnRequested', { returnId: other, lines, reason: 'too dark' }),
      updated(14, 'return_rejected: worn', 'delivered', 'partially_refunded', { rejectedReturn: { returnId: other, lines } }),
      envelope(orderId, 15, 'OrderRestCancelled', { cancellationId: v7(), lines, reason: 'staff_words' }),
      envelope(orderId, 16, 'OrderRefundRequested', { refundId: late, amount: 300, currency: 'USD', reason: 'staff_words' }),
      updated(17, 'return_rejected: staff_words', 'delivered', 'partially_refunded', { rejectedReturn: { returnId: worn, lines } }),
    ];
    for (const turn of ['first', 'again']) {
      expect(new Set(await deliver('orders', ...events)), turn).to.deep.equal(new Set(['SUCCESS']));
    }
    const mails = await mailsTo(to, 16);
    const templates = await service.database.sql<{ template: string }>('select template from messages where order_id = ? order by id', [
      orderId,
    ]);
    expect(templates.map(({ template }) => template)).to.deep.equal([
      'order-received',
      'order-part-shipped',
      'order-shipped',
      'order-part-delivered',
      'order-delivered',
      'return-requested',
      'return-received',
      'refund-requested',
      'order-refunded',
      'refund-requested',
      'refund-failed',
      'return-requested',
      'return-rejected',
      'order-rest-cancelled',
      'refund-requested',
      'return-rejected',
    ]);
    expect(mails).to.have.length(16);
    const textOf = (words: string): unknown => mails.find(({ subject }) => String(subject).startsWith(words))?.['text'];
    expect(textOf('Part of your order CW-100042 is on its way'))
      .to.contain('1 x Walnut desk lamp')
      .and.to.contain('DHL')
      .and.to.contain('T-1');
    expect(textOf('The money')).to.contain('$55.62, of the $111.24');
    const all = mails.map(({ text }) => String(text)).join();
    for (const why of [': worn.', ': worn by Ada.', 'came to: scratched.', 'came to: sorry, Ada.']) expect(all).to.contain(why);
    expect(textOf('The rest of your order')).to.contain('1 x Walnut desk lamp').and.to.contain('is cancelled: Ada called.');
    const kept = await service.database.sql('select data from messages where order_id = ?', [orderId]);
    expect(JSON.stringify(kept), 'words that orders keeps').not.to.match(/by Ada|called|sorry/);
  });

  it('say what happens to the money of a cancelled order: what was not given back before', async () => {
    const { orderId, to } = newOrder();
    const refundId = v7();
    const standing = { status: 'confirmed', fulfilment: 'none', paymentStatus: 'captured' };
    const asked = { refundId, amount: 1124, currency: 'USD', reason: 'late' };
    await deliver(
      'orders',
      placed(orderId),
      envelope(orderId, 2, 'OrderUpdated', { ...standing, reason: 'captured' }),
      envelope(orderId, 3, 'OrderRefundRequested', asked),
      envelope(orderId, 4, 'OrderUpdated', {
        ...standing,
        reason: 'refund_failed: busy',
        refund: { refundId, status: 'failed', amount: 1124, refunded: 0 },
      }),
      envelope(orderId, 5, 'OrderRefundRequested', { ...asked, refundId: v7(), amount: 124 }),
      envelope(orderId, 6, 'OrderCancelled', { reason: 'customer', previousStatus: 'confirmed' }),
    );
    const mails = await mailsTo(to, 5);
    const cancelled = mails.find(({ subject }) => subject === 'Your order CW-100042 is cancelled');
    expect(cancelled?.['text']).to.contain('as you asked. $110.00 goes back to you');
  });

  it('tell once that a payment could finally not be completed', async () => {
    const { orderId, to } = newOrder();
    const failed = { status: 'confirmed', fulfilment: 'none', paymentStatus: 'failed', reason: 'capture_failed: lost' };
    const cancelled = { reason: 'capture_failed', previousStatus: 'confirmed' };
    const events = [envelope(orderId, 2, 'OrderUpdated', failed), envelope(orderId, 3, 'OrderCancelled', cancelled)];
    await deliver('orders', placed(orderId), ...events);
    await deliver('orders', ...events);
    const mails = await mailsTo(to, 2);
    const [mail] = mails.filter(({ subject }) => subject === 'We could not complete the payment of your order CW-100042');
    expect(mail?.['text']).to.contain('You have not been charged.');
    expect(mails).to.have.length(2);
  });

  it('say nothing when an order that has ended is cancelled once more for the sake of its payment', async () => {
    const { orderId, to } = newOrder();
    const again = envelope(orderId, 2, 'OrderCancelled', { reason: 'authorized_too_late', previousStatus: 'payment_failed' });
    await deliver('orders', placed(orderId), again);
    await mailsTo(to, 1);
    expect(await service.database.sql('select template from messages where order_id = ?', [orderId])).to.deep.equal([
      { template: 'order-received' },
    ]);
  });

  it('greet those who register by one mail, with the link that proves the address, and forget those who leave', async () => {
    const [userId, linkId] = [v7(), v7()];
    const to = `${userId}@example.com`;
    const link = { purpose: 'verify', token: `${linkId}.the-proof`, expiresAt: '2026-11-25T21:35:00.000Z' };
    service.contacts.set(linkId, { email: to, name: 'Ada', link });
    const user = (version: number, type: string, data: object) => ({
      ...envelope(userId, version, type, {}),
      source: 'cartwright/auth',
      aggregatetype: 'user',
      data: { userId, ...data },
    });
    const requested = { linkId, purpose: 'verify', expiresAt: link.expiresAt };
    await deliver('users', user(1, 'UserRegistered', { roles: ['customer'] }), user(2, 'AccountLinkRequested', requested));
    expect((await mailsTo(to, 1)).map(({ subject }) => subject)).to.deep.equal(['Prove your e-mail address']);
    await service.preferences.set(userId, { locale: null, events: {}, email: { updates: false }, sms: { updates: false, phone: null } });
    expect(await deliver('users', user(3, 'UserDeleted', {}))).to.deep.equal(['SUCCESS']);
    expect(await service.deliveryLog.search({ userId }, { limit: 10 })).to.deep.equal([]);
    expect((await service.live.standings([userId])).size).to.equal(0);
    expect((await service.preferences.of(userId)).email.updates).to.equal(true);
    expect(await service.database.sql('select 1 from mailbox where recipient = ?', [to]), 'in the mailbox').to.deep.equal([]);
  });

  it('mail the links and notices of accounts, each once, and keep no secret of them', async () => {
    const [userId, linkId, noticeId] = [v7(), v7(), v7()];
    const to = `${userId}@example.com`;
    const link = { purpose: 'reset', token: `${linkId}.the-proof`, expiresAt: '2026-11-25T21:35:00.000Z' };
    service.contacts.set(linkId, { email: to, name: 'Ada', locale: 'de-AT', link });
    service.contacts.set(noticeId, { email: to, name: 'Ada', notice: { kind: 'password_changed', at: link.expiresAt } });
    const user = (version: number, type: string, data: object) => ({
      ...envelope(userId, version, type, {}),
      source: 'cartwright/auth',
      aggregatetype: 'user',
      data: { userId, ...data },
    });
    const events = [
      user(1, 'AccountLinkRequested', { linkId, purpose: 'reset', expiresAt: link.expiresAt }),
      user(2, 'SecurityNoticed', { noticeId, kind: 'password_changed' }),
    ];
    for (const turn of ['first', 'again']) expect(await deliver('users', ...events), turn).to.deep.equal(['SUCCESS', 'SUCCESS']);
    const mails = await mailsTo(to, 2);
    expect(mails.map(({ subject }) => subject).sort()).to.deep.equal(['Setzen Sie Ihr Passwort neu', 'Something happened to your account']);
    expect(JSON.stringify(mails)).to.contain(`/account/link#reset.${link.token}`);
    const kept = await service.database.sql('select * from messages where user_id = ?', [userId]);
    expect(JSON.stringify([kept, service.lines])).not.to.contain('the-proof');
  });

  it('show the delivery log to staff alone', async () => {
    const { status, body } = await ask('GET', '/api/notifications/deliveries?state=sent&limit=5', {
      token: tokenOf(v7(), ['support']),
    });
    expect(status).to.equal(200);
    expect(body.items[0]).to.include.keys('tries', 'resends', 'provider').and.to.include({ state: 'sent', provider: 'mailbox' });
    expect(JSON.stringify(body)).not.to.contain('@example.com');
    expect((await ask('GET', '/api/notifications/deliveries', { token: tokenOf(v7()) })).status).to.equal(403);
  });

  it('keep preferences', async () => {
    const token = tokenOf(v7());
    const usual = await ask('GET', '/api/notifications/preferences', { token });
    expect(usual.body).to.deep.equal({ locale: null, events: {}, email: { updates: true }, sms: { updates: false, phone: null } });
    const wanted = {
      locale: 'de-AT',
      events: { 'order-shipped': { email: true, live: false } },
      email: { updates: false },
      sms: { updates: true, phone: '+14155550100' },
    };
    expect((await ask('PUT', '/api/notifications/preferences', { token, body: wanted })).status).to.equal(200);
    expect((await ask('GET', '/api/notifications/preferences', { token })).body).to.deep.equal(wanted);
  });

  it('say what there is to be told, in the language asked for', async () => {
    const { body } = await ask('GET', '/api/notifications/events?locale=de');
    expect(body.items.find(({ event }) => event === 'order-shipped')).to.deep.equal({
      ...{ event: 'order-shipped', about: 'Bestellung unterwegs', channels: ['email', 'sms', 'live'], essential: false },
    });
    expect(body).to.have.property('locales').that.includes('en');
  });

  it('name the field that is wrong', async () => {
    const token = tokenOf(v7());
    const fieldOf = async (body: unknown): Promise<unknown> => {
      const { status, body: problem } = await ask('PUT', '/api/notifications/preferences', {
        token,
        body,
      });
      expect(status).to.be.within(400, 422);
      return problem.errors[0]?.field;
    };
    const email = { updates: true };
    expect(await fieldOf({ email, sms: { updates: true, phone: 'call me' } })).to.match(/^\/sms\/phone/);
    expect(await fieldOf({ email, sms: { updates: true, phone: null } })).to.equal('/sms/phone');
    const sms = { updates: false, phone: null };
    expect(await fieldOf({ email, sms, colour: 'red' })).to.contain('colour');
    expect(await fieldOf({ email, sms, events: { 'order-lost': {} } })).to.contain('order-lost');
    expect(await fieldOf({ email, sms, events: { 'order-received': { sms: true } } })).to.equal('/sms/phone');
    expect(await fieldOf({ email, sms: { ...sms, phone: '+14155550100' }, events: { 'order-received': { sms: true } } })).to.equal(
      '/events/order-received/sms',
    );
    expect(await fieldOf({ email, sms, events: { 'order-confirmed': { email: false } } })).to.equal('/events/order-confirmed/email');
    expect(await fieldOf({ email, sms, locale: 'no language' })).to.equal('/locale');
    expect((await ask('GET', '/api/notifications/mailbox?limit=0')).status).to.equal(400);
    const notOurs = Buffer.from(JSON.stringify([randomUUID().slice(1)])).toString('base64url');
    expect((await ask('GET', `/api/notifications/mailbox?cursor=${notOurs}`)).status).to.equal(400);
  });

  it('have no mailbox in production', async () => {
    const { notificationsApp } = await import('../app.ts');
    const production = { ...service.kernel, config: { ...service.kernel.config, environment: 'production' as const } };
    const { routes } = notificationsApp(production, service.started);
    expect(routes.map(({ path }) => path)).not.to.include('/api/notifications/mailbox');
  });
});
