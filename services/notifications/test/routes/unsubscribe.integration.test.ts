import { expect } from 'chai';
import { v7 } from 'uuid';
import { defaultPreferences } from '../../domain/preferences.ts';
import type { TemplateName } from '../../domain/templates.ts';
import type { MailboxEntry } from '../../ports.ts';
import { serveNotifications } from '../adapters/fixtures.ts';
import type { Notifications } from '../adapters/fixtures.ts';

describe('unsubscribing', () => {
  let served: Awaited<ReturnType<typeof serveNotifications>>;
  let service: Notifications;

  before(async () => {
    served = await serveNotifications();
    service = served.service;
  });
  after(() => served.close());

  /** Tells an order's customer something by mail; undefined where no mail has come of it. */
  async function mail(to: string, template: TemplateName, userId: string | null = null): Promise<MailboxEntry | undefined> {
    const orderId = v7();
    service.contacts.set(orderId, { email: to, name: 'Ada' });
    await service.placed(orderId, userId);
    await service.claim({ orderId, userId, template });
    await service.endLeases();
    while ((await service.deliveries.sweep()) > 0);
    return (await service.mailbox.list({ to, limit: 100 })).find(({ text }) => text.includes(orderId));
  }

  /** What a mail program posts to: the link of the header, at this service. */
  const oneClick = (entry: MailboxEntry | undefined): string =>
    served.url + /^<http:\/\/localhost:8080([^>]+)>$/.exec(entry?.headers['List-Unsubscribe'] ?? '')![1]!;
  const click = (link: string): Promise<Response> =>
    fetch(link, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'List-Unsubscribe=One-Click',
    });

  it('takes one click and no log-in, and ends mails of that kind to that person', async () => {
    const [userId, to] = [v7(), `${v7()}@example.com`];
    const shipped = await mail(to, 'order-shipped', userId);
    expect(shipped?.headers['List-Unsubscribe-Post']).to.equal('List-Unsubscribe=One-Click');
    const answer = await click(oneClick(shipped));
    expect([answer.status, await answer.json()]).to.deep.equal([200, { event: 'order-shipped', everything: false, subscribed: false }]);
    expect(await mail(to, 'order-shipped', userId)).to.equal(undefined);
    expect(await mail(to, 'order-delivered', userId)).not.to.equal(undefined);
    expect(await mail(to, 'order-shipped', v7()), 'another person').not.to.equal(undefined);
  });

  it('works for guests by their address, of which only a hash is kept', async () => {
    const to = `${v7()}@example.com`;
    await click(`${oneClick(await mail(to, 'order-shipped'))}&everything=true`);
    for (const event of ['order-shipped', 'order-delivered'] as const)
      expect(await mail(to.toUpperCase(), event), event).to.equal(undefined);
    expect(JSON.stringify(await service.database.sql('select * from opt_outs')).toLowerCase()).not.to.contain(to);
  });

  it('is not offered for mails without which an order cannot be followed, and does not end these', async () => {
    const to = `${v7()}@example.com`;
    const link = oneClick(await mail(to, 'order-shipped'));
    await click(`${link}&everything=true`);
    const confirmed = await mail(to, 'order-confirmed');
    expect(confirmed?.headers).to.deep.equal({});
    expect(confirmed?.html).not.to.contain('/unsubscribe');
  });

  it('can be taken back', async () => {
    const to = `${v7()}@example.com`;
    const link = oneClick(await mail(to, 'order-shipped'));
    await click(link);
    expect((await fetch(link, { method: 'DELETE' })).status).to.equal(200);
    expect(await mail(to, 'order-shipped')).not.to.equal(undefined);
  });

  it('is not done by programs that only look at the link: they are led to the page', async () => {
    const to = `${v7()}@example.com`;
    const shipped = await mail(to, 'order-shipped');
    const looked = await fetch(oneClick(shipped), { redirect: 'manual' });
    const page = looked.headers.get('location');
    expect([looked.status, page]).to.deep.equal([303, /\/unsubscribe#\S+/.exec(shipped?.text ?? '')?.[0]]);
    expect(await mail(to, 'order-shipped')).not.to.equal(undefined);
  });

  it('is done by no link but ours', async () => {
    for (const token of ['u.x.order-shipped.y', `u.${v7()}.order-shipped.${'A'.repeat(43)}`]) {
      const answer = await click(`${served.url}/api/notifications/unsubscribe?token=${token}`);
      expect([answer.status, ((await answer.json()) as { errors: { field: string }[] }).errors[0]?.field]).to.deep.equal([422, 'token']);
    }
    expect((await click(`${served.url}/api/notifications/unsubscribe`)).status).to.equal(400);
  });

  it('loses nothing when two kinds are ended at once', async () => {
    const userId = v7();
    const token = (event: TemplateName): string => service.keys.unsubscribeToken({ subscriber: { userId }, event });
    await Promise.all(
      (['order-shipped', 'order-delivered', 'order-received'] as const).map((event) =>
        click(`${served.url}/api/notifications/unsubscribe?token=${token(event)}`),
      ),
    );
    const no = { email: false };
    expect(await service.preferences.of(userId)).to.deep.equal({
      ...defaultPreferences,
      events: { 'order-shipped': no, 'order-delivered': no, 'order-received': no },
    });
  });
});
