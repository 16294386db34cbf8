import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { run } from '@cartwright/local/process/command';
import { apps, root, text } from './files.ts';
import { composeModel, hasGo } from './go-tools.ts';

interface Service {
  readonly profiles: string[];
  readonly image: string;
  readonly environment?: Record<string, string>;
  readonly command?: string[] | null;
  readonly network_mode?: string;
  readonly ports?: { host_ip?: string; target: number; published: string }[];
  readonly depends_on?: Record<string, unknown>;
  readonly healthcheck?: object;
  readonly read_only?: boolean;
}

interface Model {
  readonly services: Record<string, Service>;
  readonly configs: Record<string, { content: string }>;
}

const file = text('docker-compose.yml');
const required = [...new Set([...file.matchAll(/\$\{([A-Z_]+):\?/g)].map(([, name = '']) => name))];
const stores = ['postgres', 'redis', 'mongodb', 'elasticsearch', 'kafka'];

describe('docker-compose.yml, read by Docker Compose’s own loader', () => {
  let program: string;
  let everything: Model;
  before(async function () {
    this.timeout(300_000);
    if (!hasGo()) this.skip();
    program = await composeModel();
    everything = await load('core', 'monitoring');
  });

  const secret = (name: string): string => `secret-of-${name}`;
  async function load(...profiles: string[]): Promise<Model> {
    const environment = Object.fromEntries(required.map((name) => [name, secret(name)]));
    return JSON.parse(
      await run(program, ['docker-compose.yml', ...profiles], { environment, cwd: `${import.meta.dirname}/../..` }),
    ) as Model;
  }

  it('runs every service at its own port, beside a sidecar of its own', () => {
    for (const { appID, appPort } of apps) {
      const [service, sidecar] = [everything.services[appID], everything.services[`${appID}-dapr`]];
      expect(service?.environment, appID).to.include({ APP_ID: appID, APP_PORT: String(appPort) });
      expect(
        service?.ports?.map(({ target }) => target),
        appID,
      ).to.deep.equal([appPort]);
      expect(sidecar?.network_mode, appID).to.equal(`service:${appID}`);
      expect(sidecar?.command, appID).to.include.members([
        `--app-id=${appID}`,
        `--app-port=${String(appPort)}`,
        '--dapr-listen-addresses=127.0.0.1',
      ]);
      expect(sidecar?.environment?.['APP_API_TOKEN'], appID).to.equal(service?.environment?.['APP_API_TOKEN']);
      expect(sidecar?.environment?.['DAPR_API_TOKEN'], appID).to.equal(service?.environment?.['DAPR_API_TOKEN']);
    }
  });

  it('gives each service what it asks the secret store for, and no other service’s', () => {
    for (const { appID } of apps) {
      const secrets = Object.keys(everything.services[`${appID}-dapr`]?.environment ?? {}).filter((name) => name.startsWith('CARTWRIGHT_'));
      expect(secrets, appID).to.include.members(['CARTWRIGHT_redis-host', 'CARTWRIGHT_redis-password', 'CARTWRIGHT_kafka-brokers']);
      const databases = secrets.filter((name) => name.endsWith('postgres-url'));
      const own = appID === 'storefront' ? [] : [`CARTWRIGHT_${appID}-postgres-url`];
      expect(databases, appID).to.have.members(appID === 'inventory' ? [...own, 'CARTWRIGHT_stock-postgres-url'] : own);
    }
  });

  it('holds no password: all come from outside, each service has tokens of its own, and the file does not load without', async () => {
    const passwords = Object.entries(everything.services).flatMap(([name, { environment = {} }]) =>
      Object.entries(environment).flatMap(([key, value]) =>
        /PASSWORD|TOKEN|-secret$/.test(key) && value !== '' ? [{ name, key, value }] : [],
      ),
    );
    const given = new Set(required.map(secret));
    for (const { name, key, value } of passwords)
      if (!/stripe|paypal|twilio/.test(key)) expect(given.has(value), `${name} ${key}`).to.equal(true);
    expect(new Set(apps.map(({ appID }) => everything.services[appID]?.environment?.['APP_API_TOKEN'])).size).to.equal(apps.length);
    const refused: unknown = await run(program, ['docker-compose.yml', 'core']).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(Error).with.property('message').that.includes('make-env.sh');
  });

  it('opens nothing but the gateway to other machines', () => {
    const open = Object.entries(everything.services).flatMap(([name, { ports = [] }]) =>
      ports.filter(({ host_ip }) => host_ip !== '127.0.0.1').map(({ published }) => `${name}:${published}`),
    );
    expect(open).to.deep.equal(['traefik:80']);
  });

  it('publishes each port once', () => {
    const published = Object.values(everything.services).flatMap(({ ports = [] }) => ports.map((port) => port.published));
    expect(new Set(published).size).to.equal(published.length);
  });

  it('checks the health of all stores, and sidecars wait for it', () => {
    for (const store of stores) expect(everything.services[store]?.healthcheck, store).to.be.an('object');
    for (const { appID } of apps)
      expect(everything.services[`${appID}-dapr`]?.depends_on, appID)
        .to.have.property('redis')
        .that.includes({ condition: 'service_healthy' });
  });

  it('routes the API of every service, and the rest to the shop', () => {
    const routes = everything.configs['traefik-routes']?.content ?? '';
    for (const { appID, appPort } of apps) {
      expect(routes).to.include(`http://${appID}:${String(appPort)}`);
      if (appID !== 'storefront') expect(routes).to.include(`/api/${appID}`);
    }
  });

  const stacks: [string, string[]][] = [
    ['infra', ['traefik', 'placement', 'scheduler']],
    ['storage', ['postgres', 'redis', 'mongodb']],
    ['search', ['elasticsearch']],
    ['messaging', ['kafka']],
    ['auth', ['auth', 'auth-dapr', 'postgres', 'redis', 'kafka', 'placement', 'scheduler', 'traefik']],
    ['catalog', ['auth', 'auth-dapr', 'catalog', 'catalog-dapr', ...stores, 'placement', 'scheduler', 'traefik']],
    ['monitoring', ['prometheus', 'grafana']],
  ];
  for (const [profile, expected] of stacks)
    it(`has the stack ${profile}, which starts by itself`, async () => {
      expect(Object.keys((await load(profile)).services)).to.have.members(expected);
    });

  it('has the stacks orders and core, which can sell', async () => {
    const sidecars = apps.map(({ appID }) => `${appID}-dapr`);
    expect(Object.keys((await load('core')).services)).to.include.members([...sidecars, ...stores]);
    expect(Object.keys((await load('orders')).services)).to.include.members([
      ...sidecars.filter((name) => !name.startsWith('storefront')),
      ...stores,
    ]);
  });
});

describe('make-env.sh', () => {
  it('writes a password of its own for every name that is required, and keeps what is there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cartwright-env-'));
    try {
      mkdirSync(join(folder, 'components/compose'), { recursive: true });
      const script = join(folder, 'components/compose/make-env.sh');
      copyFileSync(join(root, 'components/compose/make-env.sh'), script);
      copyFileSync(join(root, 'docker-compose.yml'), join(folder, 'docker-compose.yml'));
      const env = join(folder, '.env');
      writeFileSync(env, 'REDIS_PASSWORD=mine\n');
      await run('sh', [script]);
      const lines = readFileSync(env, 'utf8').trim().split('\n');
      expect(lines.map((line) => line.split('=')[0])).to.have.members(required);
      expect(lines).to.include('REDIS_PASSWORD=mine');
      for (const line of lines.slice(1)) expect(line).to.match(/^[A-Z_]+=[A-Za-z0-9]{32}$/);
      expect(new Set(lines.map((line) => line.split('=')[1])).size).to.equal(required.length);
      const before = readFileSync(env, 'utf8');
      await run('sh', [script]);
      expect(readFileSync(env, 'utf8')).to.equal(before);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
