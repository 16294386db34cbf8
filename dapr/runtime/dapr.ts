import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { atLeast } from '../bootstrap/requirements.mjs';
import { daprFolders, releaseUrl, releasesAnswer, runtimeVersion } from '../bootstrap/dapr-release.mjs';
import type { Instance } from '../instance/instance.ts';
import { run } from '../process/command.ts';
import type { Step } from '../progress.ts';

const programs = ['daprd', 'placement', 'scheduler', 'dapr'] as const;
type Program = (typeof programs)[number];

/** Paths of Dapr's programs. */
export type Dapr = Readonly<Record<Program, string>>;

const leastRuntime = '1.18.0';
const leastCli = '1.16.0';

/** Dapr as it is on the machine, else the official release, else built from source. */
export async function obtainDapr(instance: Instance, step: Step): Promise<Dapr> {
  step.say('looking for Dapr on this machine');
  const found = await findDapr();
  if (found !== undefined) return found;
  step.say('asking whether the official release can be downloaded');
  const folder = join(instance.cache, `dapr-${runtimeVersion}/bin`);
  mkdirSync(folder, { recursive: true });
  if (await releasesAnswer()) for (const program of programs) await installRelease(program, releaseUrl(program), folder, step);
  else await build(instance, folder, step);
  return inFolder(folder);
}

function inFolder(folder: string): Dapr {
  return Object.fromEntries(programs.map((program) => [program, join(folder, program)])) as Dapr;
}

/** Looks in the cache, in `~/.dapr/bin` and on the PATH. All four programs must be there, recent enough. */
async function findDapr(): Promise<Dapr | undefined> {
  const { cached, installed } = daprFolders();
  const folders = [cached, installed, ...(process.env['PATH'] ?? '').split(delimiter)];
  const paths = programs.map((program) => folders.map((folder) => join(folder, program)).find(isExecutable));
  if (paths.some((path) => path === undefined)) return undefined;
  const dapr = Object.fromEntries(programs.map((program, index) => [program, paths[index]])) as Dapr;
  const runtime = await run(dapr.daprd, ['--version']).catch(() => '');
  const cli = /CLI version:\s*v?([\d.]+)/.exec(await run(dapr.dapr, ['--version']).catch(() => ''))?.[1];
  return atLeast(runtime.trim(), leastRuntime) && atLeast(cli, leastCli) ? dapr : undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Downloads one program's release, compares it with the checksum that is published with it, and unpacks it into `folder`. */
export async function installRelease(program: Program, url: string, folder: string, step: Step): Promise<void> {
  if (existsSync(join(folder, program))) return;
  step.say(`downloading ${program}`);
  const [archive, published] = await Promise.all([fetchBytes(url), fetchBytes(`${url}.sha256`)]);
  const expected = published.toString('utf8').trim().split(/\s+/)[0];
  const actual = createHash('sha256').update(archive).digest('hex');
  if (actual !== expected) throw new Error(`The checksum of ${url} is not the published one; nothing was installed`);
  const unpacked = join(folder, `${program}.unpacked`);
  mkdirSync(unpacked, { recursive: true });
  const file = join(unpacked, 'release.tar.gz');
  writeFileSync(file, archive);
  await run('tar', ['-xzf', file, '-C', unpacked]);
  renameSync(join(unpacked, program), join(folder, program));
  rmSync(unpacked, { recursive: true });
}

async function fetchBytes(url: string): Promise<Buffer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(300_000) });
  if (!response.ok) throw new Error(`${url} answers ${String(response.status)}`);
  return Buffer.from(await response.arrayBuffer());
}

/** Builds what is missing from the Go module proxy, with only the components in use. Go keeps what it has compiled. */
async function build(instance: Instance, folder: string, step: Step): Promise<void> {
  await checkGo();
  const stamp = `-X github.com/dapr/dapr/pkg/buildinfo.version=${runtimeVersion} -X github.com/dapr/kit/logger.DaprVersion=${runtimeVersion}`;
  const built: [module: string, packages: Program[], flags: string][] = [
    ['runtime', ['daprd', 'placement', 'scheduler'], `-s -w ${stamp}`],
    ['cli', ['dapr'], '-s -w'],
  ];
  const unbuilt = built
    .map(([module, names, flags]) => ({ module, flags, missing: names.filter((name) => !existsSync(join(folder, name))) }))
    .filter(({ missing }) => missing.length > 0);
  for (const [index, { module, flags, missing }] of unbuilt.entries()) {
    // Each build counts packages of its own; who sees the count begin anew shall know that this was to be.
    const part = `build ${String(index + 1)} of ${String(unbuilt.length)}`;
    const source = join(instance.root, 'dapr/build', module);
    const unfinished = `${folder}.${String(process.pid)}`;
    mkdirSync(unfinished, { recursive: true });
    const sources = missing.map((name) => `./${name}`);
    step.say(`${part}: downloading the sources of ${missing.join(', ')}`);
    const packages = await run('go', ['list', '-deps', ...sources], { cwd: source });
    const total = packages.trim().split('\n').length;
    let compiled = 0;
    const counted: Step = {
      say: (line) => {
        step.say(`${part}: compiling ${missing.join(', ')}, package ${String(++compiled)} of at most ${String(total)}: ${line}`);
      },
    };
    await run('go', ['build', '-v', '-trimpath', '-ldflags', flags, '-o', `${unfinished}/`, ...sources], { cwd: source, step: counted });
    for (const name of missing) renameSync(join(unfinished, name), join(folder, name));
    rmSync(unfinished, { recursive: true });
  }
}

async function checkGo(): Promise<void> {
  const answer = await run('go', ['env', 'GOVERSION', 'GOTOOLCHAIN']).catch(() => undefined);
  if (answer === undefined)
    throw new Error('Dapr has to be built, and Go is missing: install Go 1.26.5 or later (go.dev/dl), or Dapr 1.18');
  const [version = '', toolchain] = answer.trim().split('\n');
  const wanted = /^go ([\d.]+)/m.exec(readFileSync(join(import.meta.dirname, '../build/runtime/go.mod'), 'utf8'))?.[1] ?? '';
  const bringsItself = toolchain !== 'local' && atLeast(version.replace('go', ''), '1.21');
  if (!bringsItself && !atLeast(version.replace('go', ''), wanted))
    throw new Error(`Dapr has to be built with Go ${wanted} or later; this is ${version}`);
}
