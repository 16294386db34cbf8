import { kernelForTests, listen } from '@cartwright/kernel/test/kernel-for-tests';
import { expect } from 'chai';
import { accessKeys } from '../../adapters/access-keys.ts';
import { orderChanges } from '../../adapters/order-changes.ts';
import type { StoredOrder } from '../../ports.ts';
import { orderStreamRoute } from '../../routes/order-stream.ts';
import { orderId, orderThatIs } from '../domain/examples.ts';

const keys = accessKeys(Buffer.from('0123456789abcdef'));
const never = 3_600_000;

describe('The stream of an order', () => {
  let stored: StoredOrder | undefined;
  let ending: (() => Promise<void>)[] = [];

  beforeEach(() => {
    stored = { order: orderThatIs('placed'), createdAt: '2026-01-01T00:00:00.000Z', words: {} };
  });
  afterEach(async () => {
    for (const end of ending) await end();
    ending = [];
  });

  /** Opens a stream; answers what reads on until a text has come, or the stream has ended. */
  async function open(options: { lookEveryMs?: number; longestMs?: number; find?: () => Promise<StoredOrder | undefined> } = {}) {
    const kernel = kernelForTests();
    const changes = orderChanges();
    const find = options.find ?? (() => Promise.resolve(stored));
    const { lookEveryMs = never, longestMs = never } = options;
    const app = await listen(kernel, {
      routes: [orderStreamRoute({ orders: { find }, keys, changes, draining: kernel.draining, lookEveryMs, longestMs })],
    });
    ending.push(() => app.close());
    const response = await fetch(`${app.url}/api/orders/${orderId}/stream`, { headers: { 'order-key': keys.keyOf(orderId) } });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    return {
      kernel,
      changes,
      until: async (wanted: string): Promise<string> => {
        while (!text.includes(wanted)) {
          const { value, done } = await reader.read();
          if (done) return `${text}[end]`;
          text += value;
        }
        return text;
      },
    };
  }

  it('begins with the order as it is, and goes on when it changes here', async () => {
    const { until, changes } = await open();
    expect(await until('"placed"')).to.include('id: 1\nevent: order\n');
    stored = { order: orderThatIs('reserved'), createdAt: '2026-01-01T00:00:00.000Z', words: {} };
    changes.announce(orderId);
    expect(await until('"reserved"')).to.include('id: 2\n');
  });

  it('finds what another replica changed', async () => {
    const { until } = await open({ lookEveryMs: 1 });
    await until('"placed"');
    stored = { order: orderThatIs('confirmed'), createdAt: '2026-01-01T00:00:00.000Z', words: {} };
    expect(await until('"confirmed"')).to.include('id: 4\n');
  });

  it('goes on after the database was away', async () => {
    let readings = 0;
    const { until } = await open({
      lookEveryMs: 1,
      find: () => {
        readings += 1;
        if (readings === 2) return Promise.reject(new Error('away'));
        if (readings === 3) return Promise.resolve(undefined);
        return Promise.resolve(
          readings < 4 ? stored : { order: orderThatIs('reserved'), createdAt: '2026-01-01T00:00:00.000Z', words: {} },
        );
      },
    });
    expect(await until('"reserved"')).to.include('id: 2\n');
  });

  it('ends with the service, and after its longest time', async () => {
    const draining = await open();
    await draining.until('"placed"');
    draining.kernel.drain();
    expect(await draining.until('more')).to.match(/\[end\]$/);
    const short = await open({ longestMs: 5 });
    expect(await short.until('more')).to.match(/\[end\]$/);
  });
});
