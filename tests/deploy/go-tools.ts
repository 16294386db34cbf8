import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '@cartwright/local/instance/instance';
import { run } from '@cartwright/local/process/command';

/** The tool by which charts are installed, built from its own module, since no release can be downloaded everywhere. */
export const helmVersion = '3.22.0';

/** Whether Go is there: the tools are built by it. */
export function hasGo(): boolean {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Path of helm. Building it takes three minutes the first time on a machine. */
export function helm(): Promise<string> {
  const module = `helm.sh/helm/v3/cmd/helm@v${helmVersion}`;
  return cached(`helm-${helmVersion}`, 'helm', (folder) =>
    run('go', ['install', '-trimpath', '-ldflags', '-s -w', module], { environment: { GOBIN: folder } }),
  );
}

export const toxiproxyVersion = '2.5.0';

/** Path of toxiproxy's server, which stands between two and makes their network bad. */
export function toxiproxy(): Promise<string> {
  const module = `github.com/Shopify/toxiproxy/v2/cmd/server@v${toxiproxyVersion}`;
  return cached(`toxiproxy-${toxiproxyVersion}`, 'server', (folder) =>
    run('go', ['install', '-trimpath', '-ldflags', '-s -w', module], { environment: { GOBIN: folder } }),
  );
}

export const stripeMockVersion = '0.203.0';

/** Path of Stripe's own mock server, which knows its API's shapes. Building it takes ten seconds the first time on a machine. */
export function stripeMock(): Promise<string> {
  return cached(`stripe-mock-${stripeMockVersion}`, 'stripe-mock', (folder) =>
    run('go', ['install', '-trimpath', '-ldflags', '-s -w', `github.com/stripe/stripe-mock@v${stripeMockVersion}`], {
      environment: { GOBIN: folder },
    }),
  );
}

/** Path of the program that reads compose files as Docker Compose does. Built each time: Go itself knows what has changed. */
export function composeModel(): Promise<string> {
  const source = join(import.meta.dirname, 'compose-model');
  const path = join(cacheFolder(), 'compose-model/bin/compose-model');
  return run('go', ['build', '-trimpath', '-ldflags', '-s -w', '-o', path, '.'], { cwd: source }).then(() => path);
}

/** Folder of a module's sources. */
export async function moduleFolder(module: string): Promise<string> {
  const { Dir } = JSON.parse(await run('go', ['mod', 'download', '-json', module], { cwd: import.meta.dirname })) as { Dir: string };
  return Dir;
}

async function cached(name: string, program: string, build: (folder: string) => Promise<unknown>): Promise<string> {
  const folder = join(cacheFolder(), name, 'bin');
  const path = join(folder, program);
  if (existsSync(path)) return path;
  const unfinished = `${folder}.${String(process.pid)}`;
  mkdirSync(unfinished, { recursive: true });
  mkdirSync(folder, { recursive: true });
  await build(unfinished);
  renameSync(join(unfinished, program), path);
  return path;
}
