import { SidecarUnavailable } from '@cartwright/kernel/dapr/errors';
import { unauthorized } from '@cartwright/kernel/http/problem';
import { listen } from '@cartwright/kernel/test/kernel-for-tests';
import type { Listening } from '@cartwright/kernel/test/kernel-for-tests';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { liveMessagesIn } from '../../adapters/live-messages.ts';
import { messagesIn } from '../../adapters/messages.ts';
import { startNotifications, tokenOf } from '../adapters/fixtures.ts';
import { readersData } from '../../routes/person-data.ts';
import type { Notifications } from '../adapters/fixtures.ts';

interface Body {
  items: Item[];
  nextCursor: string | null;
  unread: number;
  errors: { field: string }[];
}

interface Item {
  id: string;
  title: string;
  text: string;
  link: string;
  template: string;
  read: boolean;
}

describe('live messages', () => {
  let service: Notifications;
  let server: Listening;
  let ended: Set<string>;
  const open: AbortController[] = [];

  beforeEach(async () => {
    ended = new Set();
    service = await startNotifications({}, { everyMs: 10, mostOfPerson: 2, most: 4 });
    const { checkToken } = service.kernel;
    server = await listen(
      service.kernel,
      service.appWith((token) => (ended.has(token) ? Promise.reject(unauthorized('The session has ended')) : checkToken(token))),
    );
  });
  afterEach(async () => {
    for (const one of open.splice(0)) one.abort();
    await server.close();
    await service.close();
  });

  /** Opens a person's stream; answers what reads on until an event of that kind has come so often, or the stream has ended. */
  async function stream(userId: string, lastEventId?: string) {
    const abort = new AbortController();
    open.push(abort);
    const response = await fetch(`${server.url}/api/notifications/stream`, {
      headers: { authorization: `Bearer ${tokenOf(userId)}`, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) },
      signal: abort.signal,
    });
    if (response.status !== 200) return { status: response.status, until: () => Promise.resolve([]), toEnd: () => Promise.resolve() };
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const events = () =>
      text
        .split('\n\n')
        .slice(0, -1)
        .map((block) => new Map(block.split('\n').map((line) => line.split(/: (.*)/s) as [string, string])))
        .filter((event) => event.has('data'))
        .map((event) => ({
          id: event.get('id'),
          event: event.get('event'),
          data: JSON.parse(event.get('data')!) as Item & { unread: number },
        }));
    return {
      status: 200,
      async until(kind: string, count: number) {
        for (;;) {
          const found = events().filter(({ event }) => event === kind);
          if (found.length >= count) return found;
          const { value, done } = await reader.read();
          if (done) throw new Error(`ended after ${text}`);
          text += value;
        }
      },
      async toEnd() {
        while (!(await reader.read()).done);
      },
    };
  }

  async function ask(userId: string, method: string, path: string, body?: unknown) {
    const response = await fetch(server.url + path, {
      method,
      headers: { authorization: `Bearer ${tokenOf(userId)}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Body };
  }

  /** Tells somebody something about an order that is known. */
  async function tell(userId: string, template: 'order-shipped' | 'order-confirmed' = 'order-shipped', times = 1): Promise<string> {
    const orderId = v7();
    await service.placed(orderId, userId);
    for (let told = 0; told < times; told++) await service.claim({ orderId, userId, template });
    return orderId;
  }

  it('come as they happen, in order, to whom they are for and to nobody else', async () => {
    const [ada, eve] = [v7(), v7()];
    const [hers, others] = [await stream(ada), await stream(eve)];
    await hers.until('standing', 1);
    const orderId = await tell(ada);
    await tell(eve, 'order-confirmed');
    await tell(ada, 'order-confirmed');
    const seen = await hers.until('message', 2);
    expect(seen.map(({ id, data }) => [id, data.title])).to.deep.equal([
      ['1', 'Your order CW-100042 is on its way'],
      ['2', 'Your order CW-100042 is confirmed'],
    ]);
    expect(seen[0]?.data).to.include({ link: `/orders/${orderId}`, read: false });
    expect((await others.until('message', 1)).map(({ data }) => data.template)).to.deep.equal(['order-confirmed']);
  });

  it('that were missed come first when somebody reconnects, each once', async () => {
    const ada = v7();
    for (let count = 0; count < 4; count += 1) await tell(ada);
    const again = await stream(ada, '2');
    await tell(ada);
    expect((await again.until('message', 3)).map(({ id }) => id)).to.deep.equal(['3', '4', '5']);
    const fresh = await stream(ada);
    expect((await fresh.until('standing', 1)).map(({ id, data }) => [id, data.unread])).to.deep.equal([['5', 5]]);
  });

  it('of which too many were missed are left to the list', async () => {
    const ada = v7();
    await service.database.sql('insert into live_counters (user_id, last) values (?, 501)', [ada]);
    const far = await stream(ada, '0');
    expect((await far.until('reset', 1)).map(({ id }) => id)).to.deep.equal(['501']);
  });

  it('brought by another replica are found', async () => {
    const ada = v7();
    const hers = await stream(ada);
    await hers.until('standing', 1);
    const elsewhere = messagesIn(
      service.database,
      liveMessagesIn(service.database, () => undefined),
    );
    await service.database.transaction((unit) =>
      elsewhere.claim(unit, { eventId: v7(), template: 'order-shipped', orderId: v7(), userId: ada, data: {} }),
    );
    expect(await hers.until('message', 1)).to.have.length(1);
  });

  it('are counted as unread until somebody says how far they have read, in all their windows', async () => {
    const ada = v7();
    for (let count = 0; count < 3; count += 1) await tell(ada);
    const hers = await stream(ada);
    await hers.until('standing', 1);
    const read = await ask(ada, 'POST', '/api/notifications/read', { upTo: '2' });
    expect(read.body).to.deep.equal({ unread: 1 });
    expect((await hers.until('standing', 2)).map(({ data }) => data.unread)).to.deep.equal([3, 1]);
    await ask(ada, 'POST', '/api/notifications/read', { upTo: '1' });
    const list = await ask(ada, 'GET', '/api/notifications');
    expect(list.body.items.map(({ id, read: done }) => [id, done])).to.deep.equal([
      ['3', false],
      ['2', true],
      ['1', true],
    ]);
    expect(list.body.unread).to.equal(1);
    const beyond = await ask(ada, 'POST', '/api/notifications/read', { upTo: '999999' });
    expect(beyond.body).to.deep.equal({ unread: 0 });
  });

  it('are listed in pages, in the language that their reader has chosen', async () => {
    const ada = v7();
    for (let count = 0; count < 3; count += 1) await tell(ada);
    await service.preferences.set(ada, { locale: 'de', events: {}, email: { updates: true }, sms: { updates: false, phone: null } });
    const first = await ask(ada, 'GET', '/api/notifications?limit=2');
    expect(first.body.items.map(({ id, title }) => [id, title])).to.deep.equal([
      ['3', 'Ihre Bestellung CW-100042 ist unterwegs'],
      ['2', 'Ihre Bestellung CW-100042 ist unterwegs'],
    ]);
    const next = await ask(ada, 'GET', `/api/notifications?limit=2&cursor=${String(first.body.nextCursor)}`);
    expect(next.body.items.map(({ id }) => id)).to.deep.equal(['1']);
    expect(next.body.nextCursor).to.equal(null);
  });

  it('are not sent to a session that has ended: its stream ends', async () => {
    const ada = v7();
    const hers = await stream(ada);
    await hers.until('standing', 1);
    ended.add(tokenOf(ada));
    await tell(ada);
    await hers.toEnd();
  });

  it('have room for a few windows of a person, the oldest gives way; and for so many people', async () => {
    const ada = v7();
    const [oldest, second] = [await stream(ada), await stream(ada)];
    await second.until('standing', 1);
    const third = await stream(ada);
    await oldest.toEnd();
    await tell(ada);
    expect(await third.until('message', 1)).to.have.length(1);
    await stream(v7());
    await stream(v7());
    expect((await stream(v7())).status).to.equal(503);
  });

  it('are for who is signed in, and name what is wrong', async () => {
    expect((await fetch(`${server.url}/api/notifications/stream`)).status).to.equal(401);
    expect((await fetch(`${server.url}/api/notifications`)).status).to.equal(401);
    expect((await stream(v7(), 'x')).status).to.equal(400);
    const wrong = await ask(v7(), 'POST', '/api/notifications/read', { upTo: 'all' });
    expect([wrong.status, wrong.body.errors[0]?.field]).to.deep.equal([400, '/upTo']);
    expect((await ask(v7(), 'GET', '/api/notifications?cursor=WzFd')).status).to.equal(200);
    expect((await ask(v7(), 'GET', '/api/notifications?cursor=nonsense')).status).to.equal(400);
  });

  it('are part of what a person is given who asks for their data, to the last', async () => {
    const ada = v7();
    await tell(ada, 'order-shipped', 201);
    const read = readersData(service);
    const seqs: number[] = [];
    let after: string | undefined;
    do {
      const { data, next } = await read(ada, after);
      seqs.push(...((data['liveMessages'] ?? []) as { seq: number }[]).map(({ seq }) => seq));
      after = next ?? undefined;
    } while (after !== undefined);
    expect(seqs).to.deep.equal(Array.from({ length: 201 }, (_, index) => 201 - index));
    expect((await read(v7(), 'live:')).data).to.deep.equal({ liveMessages: [] });
  });

  it('quote what staff said as long as orders keeps it, and are read without while orders is away', async () => {
    const [ada, orderId] = [v7(), v7()];
    await service.placed(orderId, ada);
    await service.claim({ orderId, userId: ada, template: 'return-rejected', data: { said: [`rejected.${orderId}`], lines: [] } });
    const contact = { email: 'ada@example.com', name: 'Ada' };
    const text = async () => (await ask(ada, 'GET', '/api/notifications')).body.items[0]?.text;
    service.contacts.set(orderId, { ...contact, words: { [`rejected.${orderId}`]: 'Ada wore it' } });
    expect(await text()).to.contain('what you sent of your order CW-100042: Ada wore it.');
    service.contacts.set(orderId, { ...contact, words: {} });
    expect(await text()).to.contain('of your order CW-100042.');
    service.contacts.get = () => {
      throw new SidecarUnavailable('orders is away');
    };
    expect(await text()).to.contain('of your order CW-100042.');
    service.contacts.get = () => {
      throw new Error('a defect');
    };
    expect((await ask(ada, 'GET', '/api/notifications')).status).to.equal(500);
  });

  it('are forgotten with the person', async () => {
    const ada = v7();
    await tell(ada);
    await service.database.transaction((unit) => service.live.forget(unit, ada));
    const list = await ask(ada, 'GET', '/api/notifications');
    expect(list.body).to.deep.include({ items: [], unread: 0 });
  });
});
