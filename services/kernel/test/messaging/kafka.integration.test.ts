import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { v7 } from 'uuid';
import { connectSidecar } from '../../dapr/sidecar.ts';
import type { Sidecar } from '../../dapr/sidecar.ts';
import { CartAbandoned } from '../../events/cart-abandoned.ts';
import { Envelope } from '../../events/envelope.ts';
import { checker } from '../../http/validate.ts';
import { startRelay } from '../../messaging/relay.ts';
import { openDatabaseAt } from '../../postgres/database.ts';
import type { Database } from '../../postgres/database.ts';
import { inContext } from '../../telemetry/context.ts';
import { adminUrl, createTestDatabase } from '../postgres/test-database.ts';
import type { TestDatabase } from '../postgres/test-database.ts';
import { publishAll, testHost } from './fixtures.ts';

interface Stack {
  readonly services: { readonly orders: { readonly daprHttpUrl: string; readonly daprToken: string } };
  readonly stores: { readonly kafkaBrokers: string[] };
}

interface Message {
  readonly key: string;
  readonly partition: number;
  readonly event: Envelope;
}

/** Reads a topic from where it ends now. */
async function follow(
  brokers: string[],
  topic: string,
): Promise<{ read(count: number, wanted: (message: Message) => boolean): Promise<Message[]>; close(): Promise<void> }> {
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const consumer = kafka.consumer({ groupId: `test-${v7()}`, maxWaitTimeInMs: 50 });
  const messages: Message[] = [];
  let onMessage: () => void = () => undefined;
  await consumer.connect();
  await consumer.subscribe({ topic });
  await consumer.run({
    eachMessage: ({ partition, message }) => {
      const event = JSON.parse(message.value?.toString() ?? 'null') as Envelope;
      messages.push({ key: message.key?.toString() ?? '', partition, event });
      onMessage();
      return Promise.resolve();
    },
  });
  for (const { partition, high } of ends) consumer.seek({ topic, partition, offset: high });
  return {
    read: (count, wanted) =>
      new Promise((done) => {
        onMessage = () => {
          const found = messages.filter(wanted);
          if (found.length >= count) done(found);
        };
        onMessage();
      }),
    close: () => consumer.disconnect(),
  };
}

describe('events on Kafka, through the sidecar', () => {
  let place: TestDatabase;
  let database: Database;
  let sidecar: Sidecar;
  let stack: Stack;

  before(async () => {
    stack = JSON.parse(readFileSync(process.env['CARTWRIGHT_STACK'] ?? '', 'utf8')) as Stack;
    const { daprHttpUrl, daprToken } = stack.services.orders;
    sidecar = connectSidecar({ daprHttpPort: Number(new URL(daprHttpUrl).port), daprToken });
    place = await createTestDatabase(adminUrl(), 'kafka');
    database = await openDatabaseAt(place.url, { name: 'orders' });
  });
  after(async () => {
    await database.close();
    await sidecar.close();
    await place.drop();
  });

  it('keep key, order, trace and every field of their envelope and data', async () => {
    const carts = Array.from({ length: 6 }, () => v7());
    const host = { ...testHost('orders'), dapr: sidecar };
    const topic = await follow(stack.stores.kafkaBrokers, 'orders');
    const relay = startRelay(host, database, { batchSize: 5 });
    try {
      const trace = { traceId: 'e'.repeat(32), spanId: 'f'.repeat(16), sampled: false };
      // Carts' events, because nobody acts on those.
      for (let version = 1; version <= 4; version += 1) {
        const events = carts.map((cartId) =>
          CartAbandoned.create({ aggregateId: cartId, aggregateVersion: version, data: { ...CartAbandoned.example, cartId } }),
        );
        await inContext({ requestId: 'test', trace }, () => publishAll(database, events));
      }
      const messages = await topic.read(24, ({ key }) => carts.includes(key));
      expect(messages).to.have.length(24);
      for (const cartId of carts) {
        const own = messages.filter(({ key }) => key === cartId);
        expect(own.map(({ event }) => event.aggregateversion)).to.deep.equal([1, 2, 3, 4]);
        expect(new Set(own.map(({ partition }) => partition)).size).to.equal(1);
      }
      const [{ event }] = messages as [Message];
      expect(checker(Envelope)(event)).to.deep.equal([]);
      expect(event).to.include({ source: 'cartwright/orders', type: 'CartAbandoned', aggregatetype: 'cart', subject: messages[0]!.key });
      expect(event.cause?.split('-')[1]).to.equal(trace.traceId);
      expect(event.data).to.deep.equal({ ...CartAbandoned.example, cartId: event.subject });
    } finally {
      await relay.close();
      await topic.close();
    }
  });
});
