import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { releaseUrl } from '../../bootstrap/dapr-release.mjs';
import { installRelease } from '../../runtime/dapr.ts';

const silent = { say: (): void => undefined };

describe('installRelease', () => {
  let folder: string;
  let server: Server;
  let url: string;
  let checksum: string;

  before((done) => {
    folder = mkdtempSync(join(tmpdir(), 'cartwright-release-'));
    writeFileSync(join(folder, 'placement'), '#!/bin/sh\necho placement\n', { mode: 0o755 });
    spawnSync('tar', ['-czf', 'release.tar.gz', 'placement'], { cwd: folder });
    rmSync(join(folder, 'placement'));
    const archive = readFileSync(join(folder, 'release.tar.gz'));
    checksum = createHash('sha256').update(archive).digest('hex');
    server = createServer((request, response) => {
      response.end(request.url?.endsWith('.sha256') === true ? `${checksum}  placement_linux_amd64.tar.gz\n` : archive);
    }).listen(0, '127.0.0.1', () => {
      url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/placement.tar.gz`;
      done();
    });
  });

  after(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  it('refuses an archive that is not the published one, and installs nothing', async () => {
    const right = checksum;
    checksum = checksum.replace(/./g, '0');
    const refused = await installRelease('placement', url, folder, silent).catch((error: unknown) => error);
    checksum = right;
    expect(refused)
      .to.be.an('error')
      .with.property('message')
      .that.matches(/checksum/);
    expect(existsSync(join(folder, 'placement'))).to.equal(false);
  });

  it('installs the program of an archive that has the published checksum', async () => {
    await installRelease('placement', url, folder, silent);
    expect(spawnSync(join(folder, 'placement'), { encoding: 'utf8' }).stdout).to.equal('placement\n');
  });
});

describe('releaseUrl', () => {
  it('names runtime and command line as Dapr releases them', () => {
    expect(releaseUrl('daprd', 'linux', 'x64')).to.match(/\/dapr\/releases\/download\/v1\.18\.\d+\/daprd_linux_amd64\.tar\.gz$/);
    expect(releaseUrl('dapr', 'darwin', 'arm64')).to.match(/\/cli\/releases\/download\/v1\.16\.\d+\/dapr_darwin_arm64\.tar\.gz$/);
  });
});
