import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { renderRunFile } from '../../runtime/render.ts';
import type { RunFile } from '../../runtime/render.ts';

const committed = readFileSync(join(import.meta.dirname, '../../dapr.yaml'), 'utf8');
const instance = { root: '/clone', folder: '/clone/.cartwright/test', portOffset: 10_000 };

function render(only?: readonly ('auth' | 'orders')[]): RunFile {
  return parse(renderRunFile(committed, { instance, only })) as RunFile;
}

describe('renderRunFile', () => {
  it('moves the ports of apps, sidecars, control plane and gateway', () => {
    const { common, apps } = render();
    expect(common.placementHostAddress).to.equal('127.0.0.1:13801');
    expect(common.schedulerHostAddress).to.equal('127.0.0.1:13811');
    expect(common.env).to.include({ GATEWAY_URL: 'http://localhost:18080', CARTWRIGHT_ENV: 'local' });
    expect(apps.find(({ appID }) => appID === 'orders')).to.include({ appPort: 13_003, daprHTTPPort: 13_503, metricsPort: 19_093 });
  });

  it('names files of the clone, and the sidecar of the instance', () => {
    const { common, apps } = render();
    expect(common.resourcesPaths).to.deep.equal(['/clone/components', '/clone/components/subscriptions', '/clone/components/local']);
    expect(common.configFilePath).to.equal('/clone/dapr/config.yaml');
    expect(common.runtimePath).to.equal('/clone/.cartwright/test');
    expect(apps[0]).to.deep.include({ appDirPath: '/clone', command: ['/clone/dapr/supervise/app.sh', 'services/auth/main.ts'] });
  });

  it('leaves out apps that are not wanted', () => {
    expect(render(['auth', 'orders']).apps.map(({ appID }) => appID)).to.deep.equal(['auth', 'orders']);
  });
});
