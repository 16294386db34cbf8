import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Pool } from 'undici';
import type { Stack } from '../stack.ts';
import { closedLoop } from './closed-loop.ts';
import type { Measurement } from './closed-loop.ts';
import { cpuClock } from './cpu.ts';
import type { Outcome } from './figures.ts';
import { inTurn } from './in-turn.ts';
import { serviceUrl } from './staff.ts';
import type { LoopLengths } from './workload.ts';

const wanted = 40;
const leastShareOfKoa = 0.25;

/**
 * Products by their ids, forty in turn, at catalog's own port; beside what Koa answers for a constant of that size, in a process of its own.
 * Issue 5 wants at least a quarter of it.
 */
export async function benchProduct(stack: Stack, lengths: LoopLengths): Promise<Outcome> {
  const url = serviceUrl(stack, 'catalog');
  const list = await fetch(`${url}/api/catalog/products?limit=${String(wanted)}`);
  const { items } = (await list.json()) as { items: { id: string }[] };
  const paths = items.map(({ id }) => `/api/catalog/products/${id}`);
  if (paths.length < wanted) throw new Error(`The catalogue has fewer than ${String(wanted)} products: npm run db:seed`);
  const sizes = await Promise.all(paths.map(async (path) => (await (await fetch(url + path)).arrayBuffer()).byteLength));
  const size = Math.round(sizes.reduce((sum, bytes) => sum + bytes, 0) / sizes.length);

  const floor = fork(join(import.meta.dirname, 'floor-koa.ts'), [String(size)]);
  try {
    const [{ port }] = (await once(floor, 'message')) as [{ port: number }];
    const measured = (name: string, asked: string, pids: readonly number[]): Promise<Measurement> =>
      measure({ name, url: asked, paths, lengths, cpu: cpuClock(stack.instance, pids) });
    const pids = floor.pid === undefined ? [] : [floor.pid];
    const [best, floored] = await inTurn(
      () => measured('product by id', url, []),
      () => measured(`floor: Koa, a constant of ${String(size)} bytes`, `http://127.0.0.1:${String(port)}`, pids),
      (one, other) => one.perSecond > other.perSecond,
    );
    const share = { what: 'product by id, share of what Koa answers', value: best.perSecond / floored.perSecond, unit: '' };
    return { measurements: [best, floored], figures: [{ ...share, is: 'at least', bar: leastShareOfKoa }] };
  } finally {
    floor.kill();
  }
}

interface Measured {
  readonly name: string;
  readonly url: string;
  readonly paths: readonly string[];
  readonly lengths: LoopLengths;
  readonly cpu: () => number;
}

async function measure({ name, url, paths, lengths, cpu }: Measured): Promise<Measurement> {
  const pool = new Pool(url, { connections: lengths.buyers, pipelining: 1 });
  let next = 0;
  const ask = async (): Promise<void> => {
    const { statusCode, body } = await pool.request({ method: 'GET', path: paths[next++ % paths.length] ?? '' });
    await body.dump();
    if (statusCode !== 200) throw new Error(`${name} answers ${String(statusCode)}`);
  };
  try {
    return await closedLoop({ name, ...lengths, cpu, buyer: () => ask });
  } finally {
    await pool.close();
  }
}
