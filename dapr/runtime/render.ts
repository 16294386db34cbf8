import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { AppName } from '../instance/apps.ts';
import type { Instance } from '../instance/instance.ts';
import { componentsFolder } from './components.ts';
import type { Dapr } from './dapr.ts';

/** The part of dapr.yaml that is changed for an instance. */
export interface RunFile {
  common: {
    resourcesPaths: string[];
    configFilePath: string;
    runtimePath: string;
    placementHostAddress: string;
    schedulerHostAddress: string;
    env: Record<string, string>;
  };
  apps: RunFileApp[];
}

export interface RunFileApp {
  appID: string;
  appDirPath: string;
  appPort: number;
  daprHTTPPort: number;
  daprGRPCPort: number;
  daprInternalGRPCPort: number;
  metricsPort: number;
  command: string[];
}

export interface Rendering {
  readonly instance: Pick<Instance, 'root' | 'folder' | 'portOffset'>;
  /** Apps to run; all when undefined. */
  readonly only?: readonly AppName[] | undefined;
  /** The folder that stands for components/; that itself unless told. */
  readonly components?: string | undefined;
}

/** dapr.yaml for another instance: ports moved, paths made absolute, apps left out that are not wanted. */
export function renderRunFile(text: string, { instance, only, components }: Rendering): string {
  const { root, folder, portOffset } = instance;
  const file = parse(text) as RunFile;
  const { common } = file;
  common.resourcesPaths = common.resourcesPaths.map((path) =>
    path === '../components' && components !== undefined ? components : join(root, 'dapr', path),
  );
  common.configFilePath = join(root, 'dapr', common.configFilePath);
  common.runtimePath = folder;
  common.placementHostAddress = moveAddress(common.placementHostAddress, portOffset);
  common.schedulerHostAddress = moveAddress(common.schedulerHostAddress, portOffset);
  common.env = Object.fromEntries(
    Object.entries(common.env).map(([name, value]) => [name, /:\d+$/.test(value) ? moveAddress(value, portOffset) : value]),
  );
  file.apps = file.apps.filter(({ appID }) => only === undefined || only.some((name) => name === appID));
  for (const app of file.apps) {
    app.appDirPath = join(root, 'dapr', app.appDirPath);
    app.command = app.command.map((part) => (part.startsWith('dapr/') ? join(root, part) : part));
    for (const port of ['appPort', 'daprHTTPPort', 'daprGRPCPort', 'daprInternalGRPCPort', 'metricsPort'] as const) app[port] += portOffset;
  }
  return stringify(file);
}

function moveAddress(address: string, offset: number): string {
  return address.replace(/\d+$/, (port) => String(Number(port) + offset));
}

/** The run file to give to `dapr run`: the committed one itself where it says what is wanted. */
export function runFileFor(instance: Instance, only: readonly AppName[] | undefined): string {
  const committed = join(instance.root, 'dapr/dapr.yaml');
  if (instance.name === 'dev' && instance.portOffset === 0 && only === undefined && instance.components === undefined) return committed;
  const rendered = join(instance.folder, 'dapr.yaml');
  writeFileSync(rendered, renderRunFile(readFileSync(committed, 'utf8'), { instance, only, components: componentsFolder(instance) }));
  return rendered;
}

/** Makes `<folder>/.dapr/bin`, where `dapr run` looks for daprd: ours starts the real one through the sidecar script. */
export function writeRuntimeFolder(instance: Instance, dapr: Dapr): void {
  const bin = join(instance.folder, '.dapr/bin');
  mkdirSync(bin, { recursive: true });
  const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
  writeScript(
    join(bin, 'daprd'),
    `CARTWRIGHT_RUN=${quote(instance.folder)} DAPRD=${quote(dapr.daprd)}
export CARTWRIGHT_RUN DAPRD
exec sh ${quote(join(instance.root, 'dapr/supervise/sidecar.sh'))} "$@"`,
  );
  writeScript(join(bin, 'dapr'), `DAPR_RUNTIME_PATH=${quote(instance.folder)} exec ${quote(dapr.dapr)} "$@"`);
}

function writeScript(file: string, body: string): void {
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
}
