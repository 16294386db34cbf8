import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connectSidecar } from '@cartwright/kernel/dapr/sidecar';
import type { NewEvent } from '@cartwright/kernel/events/event';
import { unauthorized } from '@cartwright/kernel/http/problem';
import type { Kernel } from '@cartwright/kernel/kernel';
import { openDatabaseAt } from '@cartwright/kernel/postgres/database';
import type { Database } from '@cartwright/kernel/postgres/database';
import { roles } from '@cartwright/kernel/schemas';
import type { Role } from '@cartwright/kernel/schemas';
import { kernelForTests, listen } from '@cartwright/kernel/test/kernel-for-tests';
import { adminUrl, createTestDatabase } from '@cartwright/kernel/test/postgres/test-database';
import { MikroORM } from '@mikro-orm/mongodb';
import { v7 } from 'uuid';
import { AttributesDocument } from '../adapters/documents-in-mongodb.ts';
import { catalogApp } from '../app.ts';
import type { CatalogParts } from '../app.ts';
import { openCatalog } from '../open-catalog.ts';
import type { Sales } from '../ports.ts';

interface StackFile {
  readonly services: { readonly catalog: { readonly daprHttpUrl: string; readonly daprToken: string } };
  readonly stores: { readonly mongoUrl: string; readonly elasticsearchUrl: string };
}

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
  readonly text: string;
}

export interface Asked {
  readonly as?: Role | { readonly userId: string; readonly role: Role } | undefined;
  /** An object is sent as JSON, a text as NDJSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RunningCatalog {
  readonly url: string;
  readonly parts: CatalogParts;
  readonly database: Database;
  readonly elasticsearchUrl: string;
  ask(method: string, path: string, asked?: Asked): Promise<Answer>;
  /** Hands events to the service as its sidecar does; answers the statuses. */
  deliver(...events: NewEvent[]): Promise<string[]>;
  /** The index of this service alone. */
  index(): Promise<string>;
  close(): Promise<void>;
}

/** A token that the service under test takes for that of a user with the role. */
export function tokenOf(asked: NonNullable<Asked['as']>): string {
  const { userId, role } = typeof asked === 'string' ? { userId: v7(), role: asked } : asked;
  return `Bearer test.${userId}.${role}`;
}

/** The service in this process, on databases and an index of its own of the real stores, with the real cache behind its sidecar. */
export async function runCatalog(options: { elasticsearchUrl?: string; sales?: Sales } = {}): Promise<RunningCatalog> {
  const { services, stores } = JSON.parse(readFileSync(process.env['CARTWRIGHT_STACK'] ?? '', 'utf8')) as StackFile;
  const { elasticsearchUrl } = stores;
  const name = `test_catalog_${randomBytes(5).toString('hex')}`;
  const mongoUrl = new URL(stores.mongoUrl);
  mongoUrl.pathname = `/${name}`;
  const sidecar = connectSidecar({
    daprHttpPort: Number(new URL(services.catalog.daprHttpUrl).port),
    daprToken: services.catalog.daprToken,
  });
  const secrets: Readonly<Record<string, string>> = {
    'catalog-mongodb-url': mongoUrl.href,
    'catalog-elasticsearch-url': options.elasticsearchUrl ?? elasticsearchUrl,
  };
  const testDatabase = await createTestDatabase(adminUrl(), 'catalog');
  const database = await openDatabaseAt(testDatabase.url, { name: 'catalog', migrations: `${import.meta.dirname}/../migrations` });
  const closers: (() => Promise<void>)[] = [];
  const ended = kernelForTests({
    checkToken: (token) => {
      const [, userId = '', role] = token.split('.');
      const known = roles.find((one) => one === role);
      if (known === undefined) return Promise.reject(unauthorized('The access token is not valid'));
      return Promise.resolve({ userId, roles: [known], sessionId: v7() });
    },
  });
  const kernel: Kernel = {
    ...ended,
    dapr: {
      ...sidecar,
      state: (store) => sidecar.state(store),
      secrets: { ...sidecar.secrets, get: (key) => Promise.resolve(secrets[key] ?? '') },
    },
    onClose: (_, close) => {
      closers.unshift(close);
    },
  };
  // The stack's orders does not know the products of this test: what it would say is the test's.
  const parts = { ...(await openCatalog(kernel, database, name)), sales: options.sales ?? { end: () => Promise.resolve() } };
  const app = catalogApp(parts);
  const listening = await listen(kernel, app);
  const indices = async (): Promise<string[]> => {
    const found = (await (await fetch(`${elasticsearchUrl}/_cat/indices/${name}-*?format=json`)).json()) as { index: string }[];
    return found.map(({ index }) => index);
  };

  return {
    url: listening.url,
    parts,
    database,
    elasticsearchUrl,
    async ask(method, path, { as, body, headers = {} } = {}) {
      const isText = typeof body === 'string';
      const response = await fetch(`${listening.url}/api/catalog${path}`, {
        method,
        redirect: 'manual',
        headers: {
          ...(as === undefined ? {} : { authorization: tokenOf(as) }),
          ...(body === undefined ? {} : { 'content-type': isText ? 'application/x-ndjson' : 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = /json$|json;/.test((response.headers.get('content-type') ?? '').replace('x-ndjson', ''));
      return { status: response.status, headers: response.headers, text, body: (isJson ? JSON.parse(text) : {}) as Answer['body'] };
    },
    async deliver(...events) {
      const subscription = app.subscriptions?.find(({ topic }) => topic === events[0]?.topic);
      if (subscription === undefined) throw new Error(`Catalog does not listen to ${String(events[0]?.topic)}`);
      const { statuses } = await subscription.receive({ entries: events.map(toEntry) });
      return statuses.map(({ status }) => status);
    },
    async index() {
      const [index] = await indices();
      if (index === undefined) throw new Error('There is no index yet');
      return index;
    },
    async close() {
      ended.drain();
      await listening.close();
      for (const close of closers) await close();
      await database.close();
      await sidecar.close();
      await testDatabase.drop();
      for (const index of await indices()) await fetch(`${elasticsearchUrl}/${index}`, { method: 'DELETE' });
      const mongo = await MikroORM.init({ clientUrl: mongoUrl.href, entities: [AttributesDocument] });
      await mongo.em.getConnection().getDb().dropDatabase();
      await mongo.close(true);
    },
  };
}

function toEntry(event: NewEvent): { entryId: string; event: Record<string, unknown> } {
  return {
    entryId: event.id,
    event: {
      specversion: '1.0',
      id: event.id,
      source: 'cartwright/test',
      type: event.type,
      subject: event.aggregateId,
      time: new Date().toISOString(),
      datacontenttype: 'application/json',
      aggregatetype: event.aggregateType,
      aggregateversion: event.aggregateVersion,
      data: event.data,
    },
  };
}
