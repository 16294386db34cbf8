import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A way to a server on which everything can stand still, as it does when the server is stopped: connections open, and nobody answers. */
export interface PausingProxy {
  /** The server's address, by way of the proxy. */
  readonly url: string;
  pause(): void;
  resume(): void;
  /** Connections that were opened through it so far. */
  opened(): number;
  close(): Promise<void>;
}

export async function pausingProxy(target: string): Promise<PausingProxy> {
  const { hostname, port } = new URL(target);
  const pairs = new Set<readonly [Socket, Socket]>();
  let paused = false;
  let opened = 0;
  const flow = ([near, far]: readonly [Socket, Socket]): void => {
    near.pipe(far);
    far.pipe(near);
  };
  const server = createServer((near) => {
    opened += 1;
    const far = connect(Number(port), hostname);
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const socket of pair) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        pairs.delete(pair);
        near.destroy();
        far.destroy();
      });
    }
    if (!paused) flow(pair);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    pause: () => {
      paused = true;
      for (const [near, far] of pairs) {
        near.unpipe(far).pause();
        far.unpipe(near).pause();
      }
    },
    resume: () => {
      if (!paused) return;
      paused = false;
      for (const pair of pairs) flow(pair);
    },
    opened: () => opened,
    close: async () => {
      for (const [near, far] of pairs) {
        near.destroy();
        far.destroy();
      }
      server.close();
      await once(server, 'close');
    },
  };
}
