import { expect } from 'chai';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '@cartwright/local/process/command';
import { daprChecker } from './custom-resources.ts';
import { apps, resources, root, text, yaml } from './files.ts';
import type { Resource } from './files.ts';
import { hasGo, helm } from './go-tools.ts';

const chart = join(root, 'charts/cartwright');
const daprVersion = '1.18.2';

function shared(...path: string[]): Resource[] {
  return readdirSync(join(root, ...path))
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => resources(text(...path, file)));
}

interface Values {
  readonly services: Record<string, { port: number; paths: string[]; secrets: string[] }>;
}

interface Container {
  readonly env: { name: string; value?: string; valueFrom?: { secretKeyRef: { name: string; key: string } } }[];
  readonly securityContext: object;
  readonly livenessProbe: object;
  readonly readinessProbe: object;
}

interface Deployment extends Resource {
  readonly spec: { replicas?: number; template: { metadata: { annotations: Record<string, string> }; spec: { containers: Container[] } } };
}

describe('The chart’s values', () => {
  it('name every service with its port, once', () => {
    const { services } = yaml('charts/cartwright/values.yaml') as Values;
    expect(Object.entries(services).map(([name, { port }]) => [name, port])).to.deep.equal(
      apps.map(({ appID, appPort }) => [appID, appPort]),
    );
  });
});

describe('The chart', () => {
  let program: string;
  before(async function () {
    this.timeout(900_000); // helm is built once a machine
    if (!hasGo()) this.skip();
    program = await helm();
  });

  const template = (...options: string[]): Promise<string> =>
    run(program, ['template', 'cartwright', chart, '--kube-version', '1.34.0', '-n', 'shop', ...options]);
  const render = async (...options: string[]): Promise<Resource[]> => resources(await template(...options));
  const ofKind = (all: Resource[], kind: string): Resource[] => all.filter((one) => one.kind === kind);

  it('is found good by helm', async () => {
    expect(await run(program, ['lint', '--strict', chart])).to.include('0 chart(s) failed');
  });

  for (const environment of ['dev', 'staging', 'prod'])
    it(`renders for ${environment}: each resource once, Dapr’s as its definitions want them`, async function () {
      this.timeout(120_000);
      const all = await render('-f', join(chart, `values-${environment}.yaml`));
      const names = all.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
      expect(new Set(names).size).to.equal(names.length);
      const check = await daprChecker(daprVersion);
      for (const resource of all.filter(({ apiVersion }) => apiVersion.startsWith('dapr.io/')))
        expect(check(resource), `${resource.kind} ${resource.metadata.name}`).to.deep.equal([]);
    });

  it('runs every service with a sidecar, probes, and tokens from secrets', async () => {
    const deployments = ofKind(await render(), 'Deployment') as Deployment[];
    expect(deployments.map(({ metadata }) => metadata.name)).to.have.members(apps.map(({ appID }) => appID));
    for (const { appID, appPort } of apps) {
      const { metadata, spec } = deployments.find((one) => one.metadata.name === appID)?.spec.template ?? {};
      expect(metadata?.annotations, appID).to.include({
        'dapr.io/enabled': 'true',
        'dapr.io/app-id': appID,
        'dapr.io/app-port': String(appPort),
        'dapr.io/config': 'cartwright',
      });
      const [container] = spec?.containers ?? [];
      expect(container, appID).to.include.keys('livenessProbe', 'readinessProbe', 'startupProbe', 'resources');
      expect(container?.securityContext, appID).to.include({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true });
      expect(container?.env, appID).to.deep.include({ name: 'APP_PORT', value: String(appPort) });
      expect(container?.env.find(({ name }) => name === 'APP_API_TOKEN')?.valueFrom?.secretKeyRef, appID).to.deep.equal({
        name: `${appID}-app-token`,
        key: 'token',
      });
    }
  });

  it('holds exactly the components, subscriptions and policies that all environments share, and its own secret store', async () => {
    const all = await render();
    const own = all.filter(
      ({ apiVersion, kind, metadata }) => apiVersion.startsWith('dapr.io/') && kind !== 'Configuration' && metadata.name !== 'secrets',
    );
    expect(own).to.have.deep.members([...shared('components'), ...shared('components/subscriptions')]);
    expect(ofKind(all, 'Component').find(({ metadata }) => metadata.name === 'secrets')).to.have.nested.property(
      'spec.type',
      'secretstores.kubernetes',
    );
  });

  it('lets each service read its own secrets, and those of the components in its scope', async () => {
    const roles = ofKind(await render(), 'Role') as (Resource & { rules: { resourceNames: string[] }[] })[];
    const wanted = (app: string): string[] =>
      shared('components')
        .filter(({ kind, scopes }) => kind === 'Component' && scopes?.includes(app) === true)
        .flatMap(({ spec }) =>
          (spec as { metadata: { secretKeyRef?: { name: string } }[] }).metadata.flatMap(({ secretKeyRef }) => secretKeyRef?.name ?? []),
        );
    for (const { appID } of apps) {
      const readable = roles.find(({ metadata }) => metadata.name === `${appID}-secrets`)?.rules[0]?.resourceNames ?? [];
      expect(readable, appID).to.include.members(wanted(appID));
      const databases = readable.filter((name) => name.endsWith('postgres-url') && name !== 'stock-postgres-url');
      expect(databases, appID).to.deep.equal(appID === 'storefront' ? [] : [`${appID}-postgres-url`]);
    }
  });

  it('makes no secret, unless values are given', async () => {
    expect(ofKind(await render(), 'Secret')).to.deep.equal([]);
    const made = ofKind(
      await render('--set', 'secrets.values.redis-host=redis:6379', '--set', 'secrets.tokens.auth-app-token=0123456789abcdef'),
      'Secret',
    );
    expect(made.map(({ stringData }) => stringData)).to.have.deep.members([{ 'redis-host': 'redis:6379' }, { token: '0123456789abcdef' }]);
  });

  it('routes the API to the services and the rest to the shop, over TLS', async () => {
    const [ingress] = ofKind(await render(), 'Ingress') as (Resource & {
      spec: { tls: object[]; rules: { http: { paths: { path: string; backend: { service: { name: string } } }[] } }[] };
    })[];
    const routes = ingress?.spec.rules[0]?.http.paths.map(({ path, backend }) => [path, backend.service.name]);
    expect(routes).to.deep.include(['/api/auth', 'auth']).and.deep.include(['/api/carts', 'orders']).and.deep.include(['/', 'storefront']);
    expect(ingress?.spec.tls).to.have.length(1);
  });

  it('scales by load in production, and never takes two copies away at once', async () => {
    const all = await render('-f', join(chart, 'values-prod.yaml'));
    for (const kind of ['HorizontalPodAutoscaler', 'PodDisruptionBudget'])
      expect(
        ofKind(all, kind).map(({ metadata }) => metadata.name),
        kind,
      ).to.have.members(apps.map(({ appID }) => appID));
    expect(ofKind(await render('-f', join(chart, 'values-dev.yaml')), 'HorizontalPodAutoscaler')).to.deep.equal([]);
  });

  const wrong = [
    'environment=test',
    'services.auth.port=0',
    'image.colour=red',
    'services.warehouse.port=1',
    'secrets.tokens.auth-app-token=short',
  ];
  for (const setting of wrong)
    it(`refuses the setting ${setting}`, async () => {
      const error: unknown = await template('--set', setting).catch((reason: unknown) => reason);
      expect(error)
        .to.be.instanceOf(Error)
        .with.property('message')
        .that.matches(/schema/);
    });
});
