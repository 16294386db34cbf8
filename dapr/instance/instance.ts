import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { portPlan } from './ports.ts';
import type { PortPlan } from './ports.ts';

export type StoreMode = 'packages' | 'docker';

/** One running copy of the whole platform: its folder holds its data, logs, secrets and pids, so that two do not meet. */
export interface Instance {
  readonly name: string;
  /** The clone. */
  readonly root: string;
  /** `.cartwright/<name>` inside the clone. */
  readonly folder: string;
  /** Downloads and builds, outside the clone, so that a second clone is quick. */
  readonly cache: string;
  readonly portOffset: number;
  readonly ports: PortPlan;
  readonly storeMode: StoreMode;
  /** The overlay of components/ that sidecars load, such as `swap`; undefined for components/ as it is. */
  readonly components?: string | undefined;
}

/** What is remembered between commands, so that `npm stop` finds what `npm start -- --port-offset 100` started. */
interface Remembered {
  portOffset?: number;
  storeMode?: StoreMode;
  components?: string | undefined;
}

export interface InstanceChoice {
  readonly name?: string | undefined;
  readonly portOffset?: number | undefined;
  readonly storeMode?: StoreMode | undefined;
  /** An overlay of components/; `none` for components/ as it is. */
  readonly components?: string | undefined;
}

export const repositoryRoot = resolve(import.meta.dirname, '../..');

export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return environment['CARTWRIGHT_CACHE'] ?? join(environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'cartwright');
}

/**
 * The instance that a command is about. What the command says comes first, then the environment (CARTWRIGHT_INSTANCE,
 * CARTWRIGHT_PORT_OFFSET), then what the instance was last started with.
 */
export function openInstance(choice: InstanceChoice = {}, environment: NodeJS.ProcessEnv = process.env): Instance {
  const name = choice.name ?? environment['CARTWRIGHT_INSTANCE'] ?? 'dev';
  const folder = join(repositoryRoot, '.cartwright', name);
  const remembered = readRemembered(folder);
  const fromEnvironment = environment['CARTWRIGHT_PORT_OFFSET'];
  const portOffset =
    choice.portOffset ?? (fromEnvironment === undefined ? undefined : Number(fromEnvironment)) ?? remembered.portOffset ?? 0;
  if (!Number.isInteger(portOffset) || portOffset < 0 || portOffset > 40_000) {
    throw new Error(`A port offset is a whole number from 0 to 40000, not ${String(portOffset)}`);
  }
  return {
    name,
    root: repositoryRoot,
    folder,
    cache: cacheFolder(environment),
    portOffset,
    ports: portPlan(portOffset),
    storeMode: choice.storeMode ?? remembered.storeMode ?? defaultStoreMode(),
    components: choice.components === 'none' ? undefined : (choice.components ?? remembered.components),
  };
}

/** The servers come from packages where that is tested; elsewhere Docker has them. */
function defaultStoreMode(): StoreMode {
  return process.platform === 'linux' && process.arch === 'x64' ? 'packages' : 'docker';
}

function readRemembered(folder: string): Remembered {
  const file = join(folder, 'instance.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Remembered) : {};
}

export function rememberInstance({ folder, portOffset, storeMode, components }: Instance): void {
  for (const name of ['', 'data', 'logs', 'pids', 'tokens', 'secrets']) mkdirSync(join(folder, name), { recursive: true });
  writePrivately(join(folder, 'instance.json'), JSON.stringify({ portOffset, storeMode, components }, null, 2));
}

/** Writes a file that only its owner may read, all of it or nothing. */
export function writePrivately(file: string, text: string): void {
  const unfinished = `${file}.${String(process.pid)}`;
  writeFileSync(unfinished, text, { mode: 0o600 });
  renameSync(unfinished, file);
}
