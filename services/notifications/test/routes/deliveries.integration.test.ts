import { expect } from 'chai';
import { v7 } from 'uuid';
import { templateNames } from '../../domain/templates.ts';
import { serveNotifications, tokenOf } from '../adapters/fixtures.ts';
import type { Notifications } from '../adapters/fixtures.ts';

interface Body {
  items: { id: string; recipient: string | null; state: string; template: string }[];
  nextCursor: string | null;
  recipient: string;
  steps: { step: string }[];
  suppressed: boolean;
  nextTryAt: string | null;
  errors: { field: string }[];
}

describe('The delivery log', () => {
  let served: Awaited<ReturnType<typeof serveNotifications>>;
  let service: Notifications;
  const token = tokenOf(v7(), ['support']);

  before(async () => {
    served = await serveNotifications();
    service = served.service;
  });
  after(() => served.close());

  async function ask(method: string, path: string, body?: object, asker = token) {
    const response = await fetch(`${served.url}/api/notifications${path}`, {
      method,
      headers: { authorization: `Bearer ${asker}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Body };
  }
  const search = async (words: Record<string, string>) => (await ask('GET', `/deliveries?${String(new URLSearchParams(words))}`)).body;
  const ids = async (words: Record<string, string>) => (await search(words)).items.map(({ id }) => id);

  /** An order's mails, sent, the oldest first. */
  async function mailed(templates: readonly ('order-received' | 'order-confirmed' | 'order-shipped')[]) {
    const orderId = v7();
    const to = `${orderId}@example.com`;
    service.contacts.set(orderId, { email: to, name: 'Ada' });
    const made: string[] = [];
    for (const template of templates) {
      const [job] = await service.claim({ orderId, template });
      made.push(job!.id);
    }
    await service.endLeases();
    while ((await service.deliveries.sweep()) > 0);
    return { orderId, to, made };
  }

  it('can be searched for every kind of message, also those to staff, by whoever may read it', async () => {
    const { status, body } = await ask('GET', '/templates?locale=de');
    expect([status, body.items.map(({ template }) => template)]).to.deep.equal([200, templateNames]);
    expect(body.items).to.deep.include({ template: 'staff-stock-low', about: 'Für Mitarbeitende: nur noch wenig auf Lager' });
    for (const { template } of body.items) expect((await ask('GET', `/deliveries?template=${template}`)).status, template).to.equal(200);
    expect((await ask('GET', '/templates', undefined, tokenOf(v7()))).status).to.equal(403);
  });

  it('is searched by order, kind, channel, state and time, page by page, the newest first', async () => {
    const { orderId, made } = await mailed(['order-received', 'order-confirmed', 'order-shipped']);
    const [received, confirmed, shipped] = made;
    expect(await ids({ orderId })).to.deep.equal([shipped, confirmed, received]);
    expect(await ids({ orderId, template: 'order-confirmed' })).to.deep.equal([confirmed]);
    expect(await ids({ orderId, channel: 'sms' })).to.deep.equal([]);
    expect(await ids({ orderId, state: 'failed' })).to.deep.equal([]);
    const [first] = await service.database.sql<{ at: string }>('select created_at as at from messages where id = ?', [confirmed]);
    const at = new Date(first!.at);
    const later = new Date(at.getTime() + 1).toISOString();
    expect(await ids({ orderId, until: at.toISOString() })).to.not.include(shipped);
    expect(await ids({ orderId, since: later })).to.not.include(received);
    const page = await search({ orderId, limit: '2' });
    expect(page.items.map(({ id }) => id)).to.deep.equal([shipped, confirmed]);
    expect(await ids({ orderId, limit: '2', cursor: page.nextCursor! })).to.deep.equal([received]);
  });

  it('finds an order by its number, however it is written, and not by a part of it', async () => {
    const { orderId, made } = await mailed(['order-received']);
    await service.placed(orderId, null);
    const number = `CW-${orderId.slice(-8).toUpperCase()}`;
    await service.database.sql('update orders set number = ? where order_id = ?', [number, orderId]);
    expect(await ids({ number: number.toLowerCase() })).to.deep.equal(made);
    expect(await ids({ number: number.slice(0, -1) })).to.deep.equal([]);
  });

  it('finds what went to an address, which is told in a body alone and is nowhere in answers or logs', async () => {
    const { to, made } = await mailed(['order-received']);
    const { recipient } = (await ask('POST', '/recipients', { address: ` ${to.toUpperCase()} ` })).body;
    const found = await search({ recipient });
    expect(found.items.map(({ id }) => id)).to.deep.equal(made);
    expect(JSON.stringify([found, service.lines])).not.to.contain(to);
    expect((await ask('POST', '/recipients', { address: '' })).body.errors[0]?.field).to.equal('/address');
    const refused = await ask('GET', `/deliveries?recipient=${encodeURIComponent(to)}`);
    expect([refused.status, refused.body.errors[0]?.field]).to.deep.equal([400, 'recipient']);
  });

  it('tells a message’s life, and which were not sent because their address is suppressed', async () => {
    const { orderId, to, made } = await mailed(['order-received']);
    await service.news.take({ provider: 'sendgrid', eventId: v7(), messageId: made[0]!, kind: 'bounced', address: to });
    const bounced = (await ask('GET', `/deliveries/${made[0]!}`)).body;
    expect(bounced.steps.map(({ step }) => step)).to.deep.equal(['queued', 'handed_over', 'sent', 'bounced']);
    expect(bounced).to.deep.include({ suppressed: true, nextTryAt: null });
    const [job] = await service.claim({ orderId, template: 'order-confirmed' });
    await service.endLeases();
    while ((await service.deliveries.sweep()) > 0);
    const recipient = service.keys.addressHash(to);
    expect((await search({ recipient })).items.map(({ id, state }) => [id, state])).to.deep.equal([
      [job!.id, 'skipped'],
      [made[0], 'sent'],
    ]);
    const life = (await ask('GET', `/deliveries/${job!.id}`)).body;
    expect(life.steps.map(({ step }) => step)).to.deep.equal(['queued', 'skipped']);
    const { items } = (await ask('GET', `/suppressions?recipient=${recipient}`)).body;
    expect((await ask('DELETE', `/suppressions/${items[0]!.id}`)).status).to.equal(204);
    expect((await ask('GET', `/deliveries/${job!.id}`)).body.suppressed).to.equal(false);
  });

  it('says when what waits is tried again', async () => {
    const orderId = v7();
    const [job] = await service.claim({ orderId });
    const life = (await ask('GET', `/deliveries/${job!.id}`)).body;
    expect(life.steps.map(({ step }) => step)).to.deep.equal(['queued']);
    expect(Date.parse(life.nextTryAt ?? '')).to.be.greaterThan(0);
  });

  it('shows a message of the local mailbox by its id', async () => {
    const { to, made } = await mailed(['order-received', 'order-confirmed']);
    const { items } = (await ask('GET', `/mailbox?message=${made[0]!}`)).body as unknown as { items: { id: string; to: string }[] };
    expect(items.map((one) => [one.id, one.to])).to.deep.equal([[made[0], to]]);
  });

  it('knows no message that there is not, and is for staff alone', async () => {
    expect((await ask('GET', `/deliveries/${v7()}`)).status).to.equal(404);
    const customer = tokenOf(v7());
    for (const [method, path, body] of [
      ['GET', '/deliveries'],
      ['GET', `/deliveries/${v7()}`],
      ['POST', '/recipients', { address: 'ada@example.com' }],
    ] as const)
      expect((await ask(method, path, body, customer)).status, path).to.equal(403);
  });

  it('names the field of a search that is wrong', async () => {
    for (const [field, value] of [
      ['orderId', 'x'],
      ['number', 'CW 1'],
      ['template', 'no-such'],
      ['channel', 'pigeon'],
      ['state', 'lost'],
      ['since', 'yesterday'],
      ['until', '2026-13-01T00:00:00Z'],
      ['address', 'ada@example.com'],
      ['cursor', 'x'],
    ] as const) {
      const { status, body } = await ask('GET', `/deliveries?${field}=${encodeURIComponent(value)}`);
      expect([status, body.errors[0]?.field], field).to.deep.equal([400, field]);
    }
  });
});
