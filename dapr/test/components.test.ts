import { expect } from 'chai';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { appNames, isAppName, postgresOwners, topics } from '../instance/apps.ts';
import { portPlan } from '../instance/ports.ts';
import { secretsOf, storeAddresses } from '../instance/secrets.ts';
import type { Credentials } from '../instance/secrets.ts';
import { UsageError } from '../instance/arguments.ts';
import { componentFiles, hasComponentOn } from '../runtime/components.ts';

interface Resource {
  kind: string;
  metadata: { name: string };
  scopes?: string[];
  auth?: { secretStore: string };
  spec: {
    metadata?: { name: string; value?: string; secretKeyRef?: { name: string; key: string }; envRef?: string }[];
    topic?: string;
    pubsubname?: string;
    routes?: { default?: string; rules?: unknown[] };
    bulkSubscribe?: { enabled: boolean; maxMessagesCount: number; maxAwaitDurationMs: number };
    targets?: { apps: Record<string, unknown>; components: Record<string, unknown> };
  };
}

const folder = join(import.meta.dirname, '../../components');

function load(...path: string[]): Resource[] {
  const here = join(folder, ...path);
  return readdirSync(here)
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => parseAllDocuments(readFileSync(join(here, file), 'utf8')).map((document) => document.toJS() as Resource));
}

const shared = load();
const isComponent = ({ kind }: Resource): boolean => kind === 'Component';
const components = shared.filter(isComponent);
const swapped = load('swap').filter(isComponent);
const subscriptions = load('subscriptions');

describe('components', () => {
  it('are scoped to services that exist', () => {
    for (const { metadata, scopes = [] } of [...components, ...swapped, ...subscriptions]) {
      expect(scopes, metadata.name).not.to.deep.equal([]);
      for (const scope of scopes) expect(isAppName(scope), `${metadata.name} names ${scope}`).to.equal(true);
    }
  });

  it('hold no address and no password', () => {
    for (const { metadata, spec } of [...components, ...swapped]) {
      const literal = (spec.metadata ?? []).filter(
        ({ name, value }) => value !== undefined && /password|host|brokers|connectionString|url/i.test(name),
      );
      expect(literal, metadata.name).to.deep.equal([]);
    }
  });

  it('ask only for secrets that every service in their scope has', () => {
    const credentials: Credentials = {
      postgres: Object.fromEntries(['cartwright', 'dapr_state', ...postgresOwners].map((role) => [role, 'p'])) as Credentials['postgres'],
      redis: 'r',
      authEncryption: 'e',
      tokens: Object.fromEntries(appNames.map((name) => [name, { app: 'a', dapr: 'd' }])) as Credentials['tokens'],
    };
    const instance = { name: 'x', root: '/', folder: '/x', cache: '/c', portOffset: 0, ports: portPlan(), storeMode: 'packages' as const };
    const addresses = storeAddresses(instance, credentials);
    for (const { metadata, scopes = [], spec, auth } of [...components, ...swapped]) {
      const keys = (spec.metadata ?? []).flatMap(({ secretKeyRef }) => (secretKeyRef === undefined ? [] : [secretKeyRef.key]));
      if (keys.length === 0) continue;
      expect(auth?.secretStore, metadata.name).to.equal('secrets');
      for (const app of scopes.filter(isAppName))
        expect(secretsOf(app, addresses, credentials, {}), `${metadata.name} in ${app}`).to.include.keys(keys);
    }
  });

  it('give each service at most one store for actors', () => {
    const stores = components.filter(
      ({ spec }) => spec.metadata?.some(({ name, value }) => name === 'actorStateStore' && value === 'true') === true,
    );
    const hosts = stores.flatMap(({ scopes = [] }) => scopes);
    expect(hosts.sort()).to.deep.equal(['inventory', 'orders']);
  });

  it('are replaced one for one by those of an overlay: same file, same name, same services', () => {
    for (const file of readdirSync(join(folder, 'swap'))) {
      const [usual, other] = [load(), load('swap')].map((resources) => resources.find(({ metadata }) => `${metadata.name}.yaml` === file));
      expect(usual?.scopes, file).not.to.equal(undefined);
      expect(other?.scopes, file).to.deep.equal(usual?.scopes);
    }
    const root = join(folder, '..');
    const names = (overlay?: string): string[] => [...componentFiles({ root, components: overlay }).keys()].sort();
    expect(names('swap')).to.deep.equal(names());
    expect(componentFiles({ root, components: 'swap' }).get('carts.yaml')).to.equal(join(folder, 'swap/carts.yaml'));
    expect(hasComponentOn({ root }, 'kafka')).to.equal(true);
    expect(hasComponentOn({ root, components: 'swap' }, 'kafka')).to.equal(false);
    expect(() => componentFiles({ root, components: 'local' })).to.throw(UsageError, 'there is swap');
  });
});

describe('subscriptions', () => {
  it('let each consumer listen to what it reacts to', () => {
    const heard = Object.fromEntries(
      appNames.map((app) => [app, subscriptions.filter(({ scopes }) => scopes?.includes(app) === true).map(({ spec }) => spec.topic)]),
    );
    expect(heard).to.deep.equal({
      auth: [],
      catalog: ['stock', 'orders', 'users'],
      orders: ['products', 'stock', 'payments', 'users'],
      payments: ['orders', 'users'],
      inventory: ['orders'],
      notifications: ['users', 'orders', 'stock'],
      storefront: [],
    });
  });

  // Rules in a bulk subscription run in no order, and what no rule matches is lost: see facts in docs/ARCHITECTURE.md.
  it('have one route a topic, in bulk', () => {
    for (const { metadata, spec, scopes } of subscriptions) {
      // Who is not on an order's way waits longer for larger deliveries: each wait is a ticker a partition, which costs while idle too.
      // Of users, all but notifications want erasures alone.
      const background = scopes?.some((app) => ['catalog', 'notifications'].includes(app)) === true;
      const erasures = spec.topic === 'users' && scopes?.includes('notifications') === false;
      const wait = erasures ? 1000 : background ? 100 : 10;
      expect(topics, metadata.name).to.include(spec.topic);
      expect(spec.routes, metadata.name).to.deep.equal({ default: `/events/${String(spec.topic)}` });
      expect(spec.bulkSubscribe, metadata.name).to.deep.equal({ enabled: true, maxMessagesCount: 100, maxAwaitDurationMs: wait });
    }
  });
});

describe('resiliency', () => {
  it('targets services and components that exist', () => {
    const targets = shared.find(({ kind }) => kind === 'Resiliency')?.spec.targets;
    expect(Object.keys(targets?.apps ?? {}).every(isAppName)).to.equal(true);
    expect(components.map(({ metadata }) => metadata.name)).to.include.members(Object.keys(targets?.components ?? {}));
  });
});
