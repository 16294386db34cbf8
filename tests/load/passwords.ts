import { setTimeout as delay } from 'node:timers/promises';
import { argon2Hasher } from '@cartwright/auth/adapters/argon2-hasher';
import { v7 } from 'uuid';
import type { Stack } from '../stack.ts';
import { closedLoop } from './closed-loop.ts';
import { childrenClock, cpuClock } from './cpu.ts';
import type { Outcome } from './figures.ts';
import { ServiceClient } from './service-client.ts';
import { serviceUrl } from './staff.ts';
import { summarize } from './statistics.ts';
import type { LoopLengths } from './workload.ts';

const mostTimesSlower = 2;
const readers = 4;
const pauseMs = 40;
const password = 'bench-1nput-Passw0rd';

/**
 * Sixteen clients that register and log in, beside the hashing alone; and what others wait meanwhile, who read at an even pace: their own account from
 * auth, which hashes, and a product from catalog, which shares the machine. Issue 6 wants their p95 to double at most.
 */
export async function benchPasswords(stack: Stack, lengths: LoopLengths): Promise<Outcome> {
  const auth = new ServiceClient(serviceUrl(stack, 'auth'));
  const catalog = new ServiceClient(serviceUrl(stack, 'catalog'));
  try {
    const { accessToken } = await register(auth);
    const headers = { authorization: `Bearer ${accessToken}` };
    const { items } = await catalog.ask<{ items: { id: string }[] }>('GET', '/api/catalog/products?limit=1');
    const readBoth = (ms: number): Promise<{ account: number; product: number }> =>
      readAtAnEvenPace(ms, {
        account: () => auth.ask('GET', '/api/auth/me', undefined, headers),
        product: () => catalog.ask('GET', `/api/catalog/products/${items[0]?.id ?? ''}`),
      });
    await readBoth(lengths.warmUpSeconds * 1000);
    const before = await readBoth(lengths.seconds * 1000);
    const cpu = cpuClock(stack.instance);
    const [ours, meanwhile] = await Promise.all([
      closedLoop({ name: 'register, log in', ...lengths, cpu, buyer: () => turnsOf(auth) }),
      delay(lengths.warmUpSeconds * 1000).then(() => readBoth(lengths.seconds * 1000)),
    ]);
    const hasher = await argon2Hasher();
    const hash = async (): Promise<void> => {
      await hasher.hash(password);
    };
    const floor = await closedLoop({ name: 'floor: Argon2 alone', ...lengths, cpu: childrenClock(), buyer: () => hash });
    await hasher.close();
    const figure = (what: 'account' | 'product', of: string) => ({
      ...{ what: `p95 of ${of} while they do, times that of before (${before[what].toFixed(1)} ms)`, unit: '' },
      ...{ value: meanwhile[what] / before[what], is: 'at most' as const, bar: mostTimesSlower },
    });
    return { measurements: [ours, floor], figures: [figure('account', 'one’s account'), figure('product', 'a product')] };
  } finally {
    await Promise.all([auth.close(), catalog.close()]);
  }
}

const register = (auth: ServiceClient, email = `${v7()}@bench.test`): Promise<{ accessToken: string }> =>
  auth.ask('POST', '/api/auth/register', { email, password, name: 'Bench' });

/** A client that registers, then logs in, and begins anew as somebody else. */
function turnsOf(auth: ServiceClient): () => Promise<void> {
  let known: string | undefined;
  return async () => {
    if (known === undefined) {
      const email = `${v7()}@bench.test`;
      await register(auth, email);
      known = email;
      return;
    }
    await auth.ask('POST', '/api/auth/login', { email: known, password });
    known = undefined;
  };
}

/** p95 of each in milliseconds, of some readers who pause in between as people do. */
async function readAtAnEvenPace<Name extends string>(
  ms: number,
  reads: Readonly<Record<Name, () => Promise<unknown>>>,
): Promise<Record<Name, number>> {
  const ends = performance.now() + ms;
  const names = Object.keys(reads) as Name[];
  const times = new Map(names.map((name): [Name, number[]] => [name, []]));
  const read = async (): Promise<void> => {
    while (performance.now() < ends) {
      for (const name of names) {
        const began = performance.now();
        await reads[name]();
        times.get(name)?.push(performance.now() - began);
        await delay(pauseMs);
      }
    }
  };
  await Promise.all(Array.from({ length: readers }, read));
  return Object.fromEntries([...times].map(([name, all]) => [name, summarize(all).p95])) as Record<Name, number>;
}
