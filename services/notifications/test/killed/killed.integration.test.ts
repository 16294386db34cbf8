import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { openDatabaseAt } from '@cartwright/kernel/postgres/database';
import { appToken } from '@cartwright/kernel/test/kernel-for-tests';
import { adminUrl, createTestDatabase } from '@cartwright/kernel/test/postgres/test-database';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { envelope, placed } from '../adapters/fixtures.ts';

/** `MESSAGES=10000` makes it the full trial. */
const count = Number(process.env['MESSAGES'] ?? 500);
const kills = 6;
const batchSize = 100;
const longestMs = 240_000;

interface Worker {
  readonly child: ChildProcess;
  readonly url: string;
}

async function startWorker(databaseUrl: string, diesAt: number | undefined): Promise<Worker> {
  const child = fork(`${import.meta.dirname}/worker.ts`, [databaseUrl, ...(diesAt === undefined ? [] : [String(diesAt)])]);
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  return { child, url };
}

describe('messages, while events come three times and workers are killed', () => {
  it(`are each in the mailbox once: ${String(count)} of them`, async () => {
    const place = await createTestDatabase(adminUrl(), 'killed');
    const database = await openDatabaseAt(place.url, { name: 'notifications', migrations: `${import.meta.dirname}/../../migrations` });
    const events = Array.from({ length: count / 2 }, () => v7()).flatMap((orderId) => [
      placed(orderId),
      envelope(orderId, 2, 'OrderConfirmed', { number: 'CW-100042', amount: 11_124, currency: 'USD', customerId: null }),
    ]);
    // Each dies after so many messages of its own; who takes its place dies too, until there were enough.
    let killed = 0;
    let ending = false;
    const workers: Worker[] = [];
    const occupy = async (index: number): Promise<void> => {
      const dies = killed + workers.length < kills + 2 && killed < kills;
      const worker = await startWorker(place.url, dies ? Math.ceil(count / (kills * 2)) : undefined);
      if (ending) worker.child.kill('SIGKILL');
      workers[index] = worker;
      worker.child.once('exit', () => {
        if (ending) return;
        killed += 1;
        void occupy(index);
      });
    };
    try {
      await Promise.all([occupy(0), occupy(1)]);
      for (let delivery = 0; delivery < 3; delivery += 1) {
        const batches = Array.from({ length: Math.ceil(count / batchSize) }, (_, index) => index * batchSize);
        const deliver = async (index: number): Promise<void> => {
          for (let start = batches.shift(); start !== undefined; start = batches.shift())
            await handOver(() => workers[index]!.url, events.slice(start, start + batchSize));
        };
        await Promise.all([deliver(0), deliver(1)]);
      }
      const deadline = Date.now() + longestMs;
      while ((await database.sql(`select 1 from messages where state in ('waiting', 'sending') limit 1`)).length > 0) {
        if (Date.now() > deadline) throw new Error('Some still wait');
        await pause(100); // the workers need the machine
      }
      const [seen] = await database.sql<Record<'messages' | 'mails' | 'events' | 'again' | 'resends' | 'most', number>>(
        `select (select count(*)::int from messages) as messages, (select count(distinct (event_id, channel, recipient))::int from messages) as events,
           (select count(*)::int from mailbox join messages on id = message_id) as mails,
           (select sum(handed_over - 1)::int from mailbox) as again, (select sum(resends)::int from messages) as resends,
           (select max(resends) from messages) as most`,
      );
      expect(seen).to.include({ messages: count, events: count, mails: count });
      expect(killed, 'workers were killed').to.be.at.least(kills / 2);
      // Some were only about to be handed over when their worker died: these are sent again too, and were not there twice.
      expect(seen?.again, 'whatever went out twice is counted')
        .to.be.at.most(seen?.resends ?? 0)
        .and.to.be.greaterThan(0);
      expect(seen?.most, 'nothing is sent again twice').to.equal(1);
    } finally {
      ending = true;
      for (const { child } of workers) child.kill('SIGKILL');
      await database.close();
      await place.drop();
    }
  }).timeout(longestMs + 30_000);
});

/** Delivers a batch as a sidecar does: again and again, until each entry was taken. */
async function handOver(url: () => string, events: readonly object[]): Promise<void> {
  let entries = events.map((event, index) => ({ entryId: String(index), event }));
  while (entries.length > 0) {
    const response = await fetch(`${url()}/events/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'dapr-api-token': appToken },
      body: JSON.stringify({ entries }),
    }).catch(() => undefined); // killed; the next one will take it
    if (response === undefined) {
      await new Promise((done) => setImmediate(done));
      continue;
    }
    const { statuses } = (await response.json()) as { statuses: { entryId: string; status: string }[] };
    const taken = new Set(statuses.filter(({ status }) => status === 'SUCCESS').map(({ entryId }) => entryId));
    entries = entries.filter(({ entryId }) => !taken.has(entryId));
  }
}
