import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { appNames } from '../../instance/apps.ts';
import { namedPorts, portPlan, refusedByFetch } from '../../instance/ports.ts';
import type { RunFile } from '../../runtime/render.ts';

describe('portPlan', () => {
  it('gives every listener a port of its own, also to a developer and a test at the same time', () => {
    const ports = [...namedPorts(portPlan(0)), ...namedPorts(portPlan(10_000))].map(({ port }) => port);
    expect(new Set(ports).size).to.equal(ports.length);
  });

  it('stays below the ports that Linux takes for outgoing connections', () => {
    for (const { name, port } of namedPorts(portPlan(10_000))) expect(port, name).to.be.below(32_768);
  });

  it('moves every port by the offset', () => {
    const moved = namedPorts(portPlan(300)).map(({ port }) => port - 300);
    expect(moved).to.deep.equal(namedPorts(portPlan(0)).map(({ port }) => port));
  });

  it('knows an offset that puts a port where browsers refuse to go', () => {
    expect(refusedByFetch(portPlan(2_000))).to.deep.equal([{ name: 'storefront', port: 10_080 }]);
    expect(refusedByFetch(portPlan(0))).to.deep.equal([]);
    expect(refusedByFetch(portPlan(10_000))).to.deep.equal([]);
  });

  it('agrees with dapr.yaml', () => {
    const { common, apps } = parse(readFileSync(join(import.meta.dirname, '../../dapr.yaml'), 'utf8')) as RunFile;
    const plan = portPlan(0);
    expect(apps.map(({ appID }) => appID)).to.deep.equal([...appNames]);
    for (const name of appNames) {
      const app = apps.find(({ appID }) => appID === name);
      const { app: appPort, http, grpc, internal, metrics } = plan.apps[name];
      expect(app).to.include({ appPort, daprHTTPPort: http, daprGRPCPort: grpc, daprInternalGRPCPort: internal, metricsPort: metrics });
    }
    expect(common.placementHostAddress).to.equal(`127.0.0.1:${String(plan.placement.port)}`);
    expect(common.schedulerHostAddress).to.equal(`127.0.0.1:${String(plan.scheduler.port)}`);
  });
});
