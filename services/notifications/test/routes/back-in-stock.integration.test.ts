import { expect } from 'chai';
import { v7 } from 'uuid';
import { mostForGuests } from '../../domain/alerts.ts';
import type { MailboxEntry } from '../../ports.ts';
import { envelope, serveNotifications, stockEnvelope, tokenOf } from '../adapters/fixtures.ts';
import type { Notifications } from '../adapters/fixtures.ts';

interface Answer {
  readonly channels?: string[];
  readonly code?: string;
  readonly errors?: { readonly field: string }[];
  readonly items?: { readonly sku: string; readonly title: string }[];
}

describe('Being told that something is back', () => {
  let served: Awaited<ReturnType<typeof serveNotifications>>;
  let service: Notifications;

  before(async () => {
    served = await serveNotifications();
    service = served.service;
  });
  after(() => served.close());

  async function ask(
    method: string,
    path: string,
    { token, body, headers = {} }: { token?: string; body?: object; headers?: object } = {},
  ): Promise<{ status: number; body: Answer; text: string }> {
    const response = await fetch(`${served.url}/api/notifications/back-in-stock${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Answer, text };
  }

  /** A SKU that is sold out. */
  function soldOut(): string {
    const sku = `LAMP-${v7().slice(-8)}`;
    service.skus.set(sku, { title: `Lamp ${sku}`, slug: `lamp-${sku.toLowerCase()}` });
    service.available.set(sku, 0);
    return sku;
  }
  const newAddress = (): string => `${v7()}@example.com`;
  function newUser(): { readonly userId: string; readonly token: string; readonly to: string } {
    const [userId, to] = [v7(), newAddress()];
    service.contacts.set(userId, { email: to, name: 'Ada' });
    return { userId, to, token: tokenOf(userId) };
  }
  const back = (sku: string, version = 1, time?: string): object =>
    stockEnvelope(sku, version, 'BackInStock', { sku, available: 12 }, time);

  /** Delivers events, and waits until all that comes of them is done. */
  async function deliver(topic: string, ...events: object[]): Promise<void> {
    await service.receive(topic, ...events);
    for (let looks = 0; looks < 2; looks++) await service.alerts.now(); // the first may have begun before the last commit
    await service.settled();
    await service.alerts.now();
  }
  const mailsTo = (to: string): Promise<MailboxEntry[]> => service.mailbox.list({ to, limit: 100 });
  const kept = (sku: string): Promise<object[]> => service.database.sql('select email, user_id from back_in_stock where sku = ?', [sku]);

  it('is one mail to a guest who asked, with a link to the product and one that ends such mails; then nothing is kept of them', async () => {
    const [sku, to] = [soldOut(), newAddress()];
    for (const turn of ['first', 'again']) expect((await ask('POST', '', { body: { sku, email: to } })).status, turn).to.equal(202);
    expect(await kept(sku)).to.deep.equal([{ email: to, user_id: null }]);
    const event = back(sku);
    await deliver('stock', event);
    await deliver('stock', event);
    const mails = await mailsTo(to);
    expect(mails.map(({ subject }) => subject)).to.deep.equal([`Lamp ${sku} is back`]);
    expect(mails[0]?.text)
      .to.match(/^Hello,\n\nyou asked us/)
      .and.to.contain(`http://localhost:8080/products/lamp-${sku.toLowerCase()}`);
    expect(mails[0]?.headers['List-Unsubscribe-Post']).to.equal('List-Unsubscribe=One-Click');
    expect(await kept(sku)).to.deep.equal([]);
    await deliver('stock', back(sku, 2));
    expect(await mailsTo(to), 'back once more').to.have.length(1);
    expect(JSON.stringify(service.lines)).not.to.contain(to);
  });

  it('is one mail to who asked as a user and as a guest, and the log says why the other was not sent', async () => {
    const [sku, { userId, token, to }] = [soldOut(), newUser()];
    await ask('POST', '', { token, body: { sku } });
    await ask('POST', '', { body: { sku, email: to.toUpperCase() } });
    const event = back(sku) as { id: string };
    await deliver('stock', event);
    const [asUser, asGuest] = await Promise.all([to, to.toUpperCase()].map(mailsTo));
    expect(new Set([...asUser!, ...asGuest!].map(({ id }) => id)).size).to.equal(1);
    const sent = await service.database.sql<{ state: string; reason: string | null }>(
      `select state, reason from messages where event_id = ? and channel = 'email' order by state`,
      [event.id],
    );
    expect(sent).to.deep.equal([
      { state: 'sent', reason: null },
      { state: 'skipped', reason: 'told already' },
    ]);
    expect(await service.live.list(userId, { limit: 10 })).to.have.length(1);
    expect(await kept(sku)).to.deep.equal([]);
  });

  it('is a mail and a live message to a user who asked, in the language they asked in', async () => {
    const [sku, { userId, token, to }] = [soldOut(), newUser()];
    const asked = await ask('POST', '', { token, body: { sku }, headers: { 'accept-language': 'de-AT,en;q=0.5' } });
    expect([asked.status, asked.body.channels]).to.deep.equal([202, ['email', 'live']]);
    expect((await ask('GET', `?sku=${sku}`, { token })).body.items).to.have.length(1);
    await deliver('stock', back(sku));
    expect((await mailsTo(to)).map(({ subject }) => subject)).to.deep.equal([`Lamp ${sku} ist wieder da`]);
    const [live] = await service.live.list(userId, { limit: 10 });
    expect(live).to.deep.include({ template: 'back-in-stock' }).and.to.have.nested.property('data.sku', sku);
    expect(await kept(sku)).to.deep.equal([]);
    expect((await ask('GET', '', { token })).body.items).to.deep.equal([]);
  });

  it('respects what a user wants, and says how they will be told', async () => {
    const [sku, { userId, token, to }] = [soldOut(), newUser()];
    await service.preferences.change(userId, (before) => ({ ...before, email: { updates: false } }));
    expect((await ask('POST', '', { token, body: { sku } })).body.channels).to.deep.equal(['live']);
    await deliver('stock', back(sku));
    expect(await mailsTo(to)).to.deep.equal([]);
    expect(await service.live.list(userId, { limit: 10 })).to.have.length(1);
  });

  it('reaches everybody who asked, however many they are', async () => {
    const sku = soldOut();
    const guests = Array.from({ length: 55 }, newAddress);
    for (const email of guests) await ask('POST', '', { body: { sku, email } });
    await deliver('stock', back(sku));
    for (const to of guests) expect(await mailsTo(to), to).to.have.length(1);
  });

  it('is not that it was back before somebody asked', async () => {
    const [sku, to] = [soldOut(), newAddress()];
    await ask('POST', '', { body: { sku, email: to } });
    await deliver('stock', back(sku, 1, new Date(Date.now() - 60_000).toISOString()));
    expect(await mailsTo(to)).to.deep.equal([]);
    await deliver('stock', back(sku, 2));
    expect(await mailsTo(to)).to.have.length(1);
  });

  it('waits while the product is withdrawn, and comes when it is for sale again', async () => {
    const [sku, to] = [soldOut(), newAddress()];
    await ask('POST', '', { body: { sku, email: to } });
    const named = service.skus.get(sku)!;
    service.skus.delete(sku);
    await deliver('stock', back(sku));
    expect([await mailsTo(to), (await kept(sku)).length]).to.deep.equal([[], 1]);
    service.skus.set(sku, named);
    await service.database.sql('update back_in_stock set due_at = now() where sku = ?', [sku]);
    await deliver('stock');
    expect(await mailsTo(to)).to.have.length(1);
  });

  it('is nothing to ask for where it can be bought, never had a stock, or does not exist', async () => {
    const [email, there, never] = [newAddress(), soldOut(), soldOut()];
    service.available.set(there, 3);
    service.available.delete(never);
    for (const sku of [there, never]) {
      const { status, body } = await ask('POST', '', { body: { sku, email } });
      expect([status, body.code]).to.deep.equal([409, 'not_sold_out']);
      expect(await kept(sku)).to.deep.equal([]);
    }
    expect((await ask('POST', '', { body: { sku: 'NONE-SUCH', email } })).status).to.equal(404);
  });

  it('stays what it was where somebody names the address while it can be bought', async () => {
    const [sku, email] = [soldOut(), newAddress()];
    await ask('POST', '', { body: { sku, email } });
    const event = { sku, eventId: v7(), at: new Date().toISOString() };
    await service.database.transaction((unit) => service.backInStock.markDue(unit, event));
    service.available.set(sku, 12);
    expect((await ask('POST', '', { body: { sku, email } })).body.code).to.equal('not_sold_out');
    await deliver('stock');
    expect(await mailsTo(email)).to.have.length(1);
  });

  it('stays also where another, who asked at the same moment, saw that it was sold out', async () => {
    const [sku, email] = [soldOut(), newAddress()];
    const { skus, backInStock } = service;
    const first = await backInStock.keep({ email }, { ...skus.get(sku)!, sku, locale: null });
    expect((await ask('POST', '', { body: { sku, email } })).status).to.equal(202);
    await backInStock.undo(first!);
    expect(await kept(sku)).to.have.length(1);
  });

  it('needs an address of guests, and takes none of users', async () => {
    const sku = soldOut();
    const fieldOf = async (body: object, token?: string): Promise<unknown> => {
      const answer = await ask('POST', '', { body, ...(token === undefined ? {} : { token }) });
      expect(answer.status).to.be.within(400, 422);
      return answer.body.errors?.[0]?.field;
    };
    expect(await fieldOf({ sku })).to.equal('/email');
    expect(await fieldOf({ sku, email: 'nobody' })).to.equal('/email');
    expect(await fieldOf({ sku, email: newAddress() }, tokenOf(v7()))).to.equal('/email');
    expect(await fieldOf({ sku: 'no sku', email: newAddress() })).to.equal('/sku');
    expect(await fieldOf({ sku, email: newAddress(), locale: 'no language' })).to.equal('/locale');
    expect((await ask('GET', '')).status).to.equal(401);
    expect((await ask('DELETE', `/${sku}`)).status).to.equal(401);
  });

  it('ends by one click for guests: nothing is kept of them, nor when somebody names them again, and the answer is the same', async () => {
    const [first, second, to] = [soldOut(), soldOut(), newAddress()];
    await ask('POST', '', { body: { sku: first, email: to } });
    const fresh = await ask('POST', '', { body: { sku: second, email: newAddress() } });
    await ask('POST', '', { body: { sku: second, email: to } });
    await deliver('stock', back(first));
    const [link] = /[^<]*\/api\/notifications\/unsubscribe[^>]*/.exec((await mailsTo(to))[0]?.headers['List-Unsubscribe'] ?? '') ?? [];
    expect((await fetch(link!.replace('http://localhost:8080', served.url), { method: 'POST' })).status).to.equal(200);
    const rows = (sku: string): Promise<object[]> =>
      service.database.sql('select 1 from back_in_stock where sku = ? and lower(email) = ?', [sku, to]);
    expect(await rows(second)).to.deep.equal([]);
    const again = await ask('POST', '', { body: { sku: second, email: to.toUpperCase() } });
    expect([again.status, again.text]).to.deep.equal([fresh.status, fresh.text]);
    expect(await rows(second)).to.deep.equal([]);
  });

  it('is asked for so often and no more in one guest’s name, whatever the answer says', async () => {
    const email = newAddress();
    for (let count = 0; count <= mostForGuests; count++)
      expect((await ask('POST', '', { body: { sku: soldOut(), email } })).status).to.equal(202);
    expect(await service.database.sql('select 1 from back_in_stock where email = ?', [email])).to.have.length(mostForGuests);
  });

  it('can be taken back by a user, and is theirs alone', async () => {
    const [sku, { token }, other] = [soldOut(), newUser(), newUser()];
    await ask('POST', '', { token, body: { sku } });
    expect((await ask('GET', '', { token })).body.items).to.deep.include.members([
      { ...(await ask('GET', '', { token })).body.items![0], sku, title: `Lamp ${sku}` },
    ]);
    expect((await ask('GET', '', { token: other.token })).body.items).to.deep.equal([]);
    expect((await ask('DELETE', `/${sku}`, { token: other.token })).status).to.equal(404);
    expect((await ask('DELETE', `/${sku}`, { token })).status).to.equal(204);
    expect((await ask('DELETE', `/${sku}`, { token })).status).to.equal(404);
  });

  it('is not waited for without end', async () => {
    const [sku, to] = [soldOut(), newAddress()];
    await ask('POST', '', { body: { sku, email: to } });
    await service.database.sql('update back_in_stock set expires_at = now() where sku = ?', [sku]);
    await deliver('stock', back(sku));
    expect([await mailsTo(to), await kept(sku)]).to.deep.equal([[], []]);
  });

  it('is forgotten with the account, also what was asked for as a guest under its address', async () => {
    const [asUser, asGuest, told, ofOthers, { userId, token, to }] = [soldOut(), soldOut(), soldOut(), soldOut(), newUser()];
    await ask('POST', '', { token, body: { sku: asUser } });
    for (const sku of [asGuest, told]) await ask('POST', '', { body: { sku, email: to } });
    await ask('POST', '', { body: { sku: ofOthers, email: newAddress() } });
    await deliver('stock', back(told));
    const user = (version: number, type: string, data: object): object => ({
      ...{ ...envelope(userId, version, type, {}), source: 'cartwright/auth', aggregatetype: 'user', data: { userId, ...data } },
    });
    const [linkId, expiresAt] = [v7(), '2026-11-25T21:35:00.000Z'];
    service.contacts.set(linkId, { email: to, name: 'Ada', link: { purpose: 'verify', token: `${linkId}.proof`, expiresAt } });
    await deliver('users', user(1, 'AccountLinkRequested', { linkId, purpose: 'verify', expiresAt }));
    expect(await mailsTo(to)).to.have.length(2);
    await deliver('users', user(2, 'UserDeleted', {}));
    for (const sku of [asUser, asGuest]) expect(await kept(sku)).to.deep.equal([]);
    expect(await mailsTo(to)).to.deep.equal([]);
    expect(await kept(ofOthers)).to.have.length(1);
  });
});
