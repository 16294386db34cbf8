import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

/** The versions of Dapr's runtime and of its command line that Cartwright is tested with. */
export const runtimeVersion = '1.18.2';
export const cliVersion = '1.16.5';

const releases = 'https://github.com/dapr';

/**
 * Address of an official release file; its SHA-256 lies beside it with the suffix `.sha256`.
 *
 * @param {'daprd' | 'placement' | 'scheduler' | 'dapr'} program
 * @param {string} [platform]
 * @param {string} [arch]
 */
export function releaseUrl(program, platform = process.platform, arch = process.arch) {
  const target = `${platform}_${arch === 'x64' ? 'amd64' : arch}`;
  const repository = program === 'dapr' ? `cli/releases/download/v${cliVersion}` : `dapr/releases/download/v${runtimeVersion}`;
  return `${releases}/${repository}/${program}_${target}.tar.gz`;
}

/**
 * Where a Dapr of the machine may lie: this project's cache, and where `dapr init` puts it.
 *
 * @param {NodeJS.ProcessEnv} [environment]
 */
export function daprFolders(environment = process.env) {
  const cache = environment['CARTWRIGHT_CACHE'] ?? join(environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'cartwright');
  return { cached: join(cache, `dapr-${runtimeVersion}/bin`), installed: join(homedir(), '.dapr/bin') };
}

/** Whether the releases answer within seconds: behind a firewall it is no use to wait. */
export async function releasesAnswer() {
  try {
    const response = await fetch(`${releaseUrl('placement')}.sha256`, { signal: AbortSignal.timeout(4_000) });
    return response.ok;
  } catch {
    return false;
  }
}

/** Whether Dapr can be had without building it. */
export async function daprCanBeHad() {
  const { cached, installed } = daprFolders();
  const isThere = [cached, installed].some((folder) => existsSync(folder) && readdirSync(folder).includes('daprd'));
  return isThere || (await releasesAnswer());
}
