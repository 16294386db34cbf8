import { randomUUID } from 'node:crypto';
import { OrderPlaced } from '@cartwright/kernel/events/order-placed';
import { StockUpdated } from '@cartwright/kernel/events/stock-updated';
import { TransientError } from '@cartwright/kernel/messaging/subscription';
import { expect } from 'chai';
import { v7 } from 'uuid';
import type { MailboxEntry } from '../../ports.ts';
import { envelope, startNotifications, stockEnvelope } from '../adapters/fixtures.ts';
import type { Notifications } from '../adapters/fixtures.ts';

describe('What staff are told', () => {
  let service: Notifications;

  before(async () => {
    service = await startNotifications();
  });
  after(() => service.close());

  /** Two of the house, who may do something about it. */
  function newStaff(): { readonly id: string; readonly to: string }[] {
    const people = [v7(), v7()].map((id) => ({ id, to: `${id}@example.com` }));
    for (const { id, to } of people) service.contacts.set(id, { email: to, name: 'Grace' });
    service.staff.splice(0, service.staff.length, ...people.map(({ id }) => id));
    return people;
  }

  /** Delivers events, and waits until all that comes of them is done. */
  async function deliver(topic: string, ...events: object[]): Promise<void> {
    await service.receive(topic, ...events);
    for (let looks = 0; looks < 2; looks++) await service.alerts.now(); // the first may have begun before the last commit
    await service.settled();
  }
  const mailsTo = (to: string): Promise<MailboxEntry[]> => service.mailbox.list({ to, limit: 100 });
  const low = (sku: string, version = 1, time?: string) =>
    stockEnvelope(sku, version, 'StockLow', { sku, available: 3, threshold: 5 }, time);

  it('is once each that few of a SKU are left, by mail and live, with its name and where it is counted', async () => {
    const [grace, other] = newStaff();
    const sku = `LAMP-${v7().slice(-8)}`;
    service.skus.set(sku, { title: 'Walnut desk lamp, small', slug: 'walnut-desk-lamp' });
    const event = low(sku);
    await deliver('stock', event);
    await deliver('stock', event);
    for (const { to } of [grace!, other!]) {
      const mails = await mailsTo(to);
      expect(mails.map(({ subject }) => subject)).to.deep.equal(['Only 3 left: Walnut desk lamp, small']);
      expect(mails[0]?.text).to.contain(`/staff/stock?sku=${sku}`).and.to.contain('5 would be enough');
      expect(mails[0]?.headers).to.have.property('List-Unsubscribe');
    }
    const live = await service.live.list(grace!.id, { limit: 10 });
    expect(live.map(({ template, data }) => [template, data.sku])).to.deep.equal([['staff-stock-low', sku]]);
    await deliver('stock', low(sku, 2));
    expect(await mailsTo(grace!.to), 'few again, after there were enough').to.have.length(2);
  });

  it('goes by no mail to those who do not want it', async () => {
    const [grace, other] = newStaff();
    await service.preferences.change(grace!.id, (before) => ({ ...before, events: { 'staff-stock-low': { email: false } } }));
    await deliver('stock', low(`LAMP-${v7().slice(-8)}`));
    expect(await mailsTo(grace!.to)).to.deep.equal([]);
    expect(await mailsTo(other!.to)).to.have.length(1);
    expect(await service.live.list(grace!.id, { limit: 10 })).to.have.length(1);
  });

  it('is not what was long ago: a consumer that begins late is told that too', async () => {
    const [grace] = newStaff();
    await deliver('stock', low(`LAMP-${v7().slice(-8)}`, 1, new Date(Date.now() - 25 * 3_600_000).toISOString()));
    expect(await mailsTo(grace!.to)).to.deep.equal([]);
  });

  it('waits for who has to be asked, and keeps nothing else waiting', async () => {
    const [grace] = newStaff();
    const [away, there] = [`LAMP-${v7().slice(-8)}`, `LAMP-${v7().slice(-8)}`];
    const skuNamed = service.facts.skuNamed.bind(service.facts);
    service.facts.skuNamed = (sku) => (sku === away ? Promise.reject(new TransientError('catalog is away')) : skuNamed(sku));
    await deliver('stock', low(away), low(there));
    const subjects = async (): Promise<string[]> => (await mailsTo(grace!.to)).map(({ subject }) => subject).sort();
    expect(await subjects()).to.deep.equal([`Only 3 left: ${there}`]);
    service.facts.skuNamed = skuNamed;
    await service.database.sql('update staff_alerts set due_at = now()');
    await deliver('stock');
    expect(await subjects()).to.deep.equal([`Only 3 left: ${away}`, `Only 3 left: ${there}`].sort());
    expect(await service.database.sql('select 1 from staff_alerts')).to.deep.equal([]);
  });

  it('is that a refund was finally refused, beside what its customer is told', async () => {
    const [grace, other] = newStaff();
    const orderId = v7();
    service.contacts.set(orderId, { email: `${orderId}@example.com`, name: 'Ada', accessKey: 'the-key' });
    const refund = { refundId: v7(), status: 'failed', amount: 400, refunded: 0 };
    const updated = {
      status: 'cancelled',
      fulfilment: 'none',
      paymentStatus: 'captured',
      reason: 'refund_failed: charge_disputed',
      refund,
    };
    await deliver(
      'orders',
      envelope(orderId, 1, 'OrderPlaced', { ...OrderPlaced.example, orderId, customerId: null }),
      envelope(orderId, 2, 'OrderUpdated', updated),
    );
    for (const { to } of [grace!, other!]) {
      const [mail, ...more] = await mailsTo(to);
      expect(more).to.deep.equal([]);
      expect(mail?.subject).to.equal('The refund of order CW-100042 was refused');
      expect(mail?.text).to.contain('$4.00').and.to.contain(`/staff/orders/${orderId}`).and.not.to.contain('the-key');
    }
    expect((await mailsTo(`${orderId}@example.com`)).map(({ subject }) => subject)).to.have.length(2);
  });

  it('costs the database nothing where it is none of theirs: movements of stock are passed over', async () => {
    const sku = `LAMP-${v7().slice(-8)}`;
    const movements = Array.from({ length: 1000 }, (_, index) => ({
      ...stockEnvelope(sku, index + 1, 'StockUpdated', { ...StockUpdated.example, sku, orderId: randomUUID() }),
      aggregatetype: 'sku',
    }));
    let statements = 0;
    const { database } = service;
    const [sql, transaction] = [database.sql.bind(database), database.transaction.bind(database)];
    Object.assign(database, {
      sql: (...args: Parameters<typeof sql>) => (statements++, sql(...args)),
      transaction: (...args: Parameters<typeof transaction>) => (statements++, transaction(...args)),
    });
    const before = process.cpuUsage();
    expect(new Set(await service.receive('stock', ...movements))).to.deep.equal(new Set(['SUCCESS']));
    const { user, system } = process.cpuUsage(before);
    Object.assign(database, { sql, transaction });
    console.log(`      ${((user + system) / movements.length).toFixed(1)} µs of CPU an event`);
    expect(statements).to.equal(0);
    expect(await service.database.sql('select 1 from inbox where aggregate_id = ?', [sku])).to.deep.equal([]);
  });
});
