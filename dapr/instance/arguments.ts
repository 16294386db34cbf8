import { appNames, isAppName } from './apps.ts';
import type { AppName } from './apps.ts';
import type { InstanceChoice, StoreMode } from './instance.ts';

export interface Arguments {
  readonly instance: InstanceChoice;
  readonly detach: boolean;
  readonly watch: boolean;
  readonly seed: boolean;
  readonly onlyStores: boolean;
  /** Services to start; all when undefined. */
  readonly only?: readonly AppName[] | undefined;
  readonly json: boolean;
  readonly follow: boolean;
  /** What is no option of ours: a service's name, a file and its arguments. */
  readonly rest: readonly string[];
}

export class UsageError extends Error {}

const switches = ['--detach', '--watch', '--no-seed', '--only-stores', '--json', '--no-follow'] as const;
const settings = ['--stores', '--components', '--port-offset', '--instance', '--only'] as const;

/** Reads what follows a command's name. Throws UsageError, naming what is wrong. */
export function parseArguments(words: readonly string[]): Arguments {
  const given = new Set<string>();
  const values = new Map<string, string>();
  const rest: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    const [name, joined] = splitOnce(word);
    if ((switches as readonly string[]).includes(word)) given.add(word);
    else if ((settings as readonly string[]).includes(name)) {
      const value = joined ?? words[++index];
      if (value === undefined || value.startsWith('--')) throw new UsageError(`${name} wants a value`);
      values.set(name, value);
    } else if (word.startsWith('--')) throw new UsageError(`Unknown option ${word}. Options: ${[...switches, ...settings].join(', ')}`);
    else rest.push(word);
  }
  return {
    instance: {
      name: values.get('--instance'),
      portOffset: portOffset(values.get('--port-offset')),
      storeMode: storeMode(values.get('--stores')),
      components: values.get('--components'),
    },
    detach: given.has('--detach'),
    watch: given.has('--watch'),
    seed: !given.has('--no-seed'),
    onlyStores: given.has('--only-stores'),
    only: services(values.get('--only')),
    json: given.has('--json'),
    follow: !given.has('--no-follow'),
    rest,
  };
}

function splitOnce(word: string): [string, string | undefined] {
  const at = word.indexOf('=');
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

function portOffset(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const offset = Number(value);
  if (!Number.isInteger(offset) || offset < 0 || offset > 40_000)
    throw new UsageError(`--port-offset is a whole number from 0 to 40000, not ${value}`);
  return offset;
}

function storeMode(value: string | undefined): StoreMode | undefined {
  if (value === undefined || value === 'docker' || value === 'packages') return value;
  throw new UsageError(`--stores is docker or packages, not ${value}`);
}

function services(value: string | undefined): AppName[] | undefined {
  if (value === undefined) return undefined;
  return value.split(',').map((name) => {
    if (!isAppName(name)) throw new UsageError(`There is no service ${name}. Services: ${appNames.join(', ')}`);
    return name;
  });
}
