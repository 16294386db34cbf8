import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Instance } from '../instance/instance.ts';
import { checkNotHalted } from './command.ts';
import { isAlive, processTable, processesOf } from './table.ts';

export interface Launch {
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Sent to the process on stop instead of SIGTERM. */
  readonly stopSignal?: string;
  /** False where the process looks after its own children, as `dapr run` does. */
  readonly keepAlive?: boolean;
}

const keptLogBytes = 50 * 1024 * 1024;

export function logFile(instance: Instance, name: string): string {
  return join(instance.folder, 'logs', `${name}.log`);
}

/** A log that has grown large makes room for a new one; one earlier piece is kept. */
export function rotateLog(file: string): void {
  if (existsSync(file) && statSync(file).size > keptLogBytes) renameSync(file, `${file}.1`);
}

/** Starts a process in a session of its own, so that Ctrl-C reaches it only through `stop`; its output goes to `logs/<name>.log`. */
export function launch(instance: Instance, { name, command, cwd, environment, stopSignal, keepAlive = true }: Launch): number {
  checkNotHalted();
  mkdirSync(join(instance.folder, 'logs'), { recursive: true });
  const file = logFile(instance, name);
  rotateLog(file);
  const log = openSync(file, 'a', 0o600);
  const [program = '', ...programArguments] = keepAlive
    ? ['sh', join(instance.root, 'dapr/supervise/keep-alive.sh'), name, ...command]
    : command;
  const child = spawn(program, programArguments, {
    cwd: cwd ?? instance.folder,
    detached: true,
    stdio: ['ignore', log, log],
    env: {
      ...process.env,
      ...environment,
      CARTWRIGHT_RUN: instance.folder,
      ...(stopSignal === undefined ? {} : { STOP_SIGNAL: stopSignal }),
    },
  });
  child.once('error', () => undefined); // the caller's ready-check reports it with the log's end
  child.unref();
  closeSync(log);
  return child.pid ?? 0;
}

/** The pid of a named supervisor, if it is still that process and not another one that got its number. */
export function pidOf(instance: Instance, name: string): number | undefined {
  const file = join(instance.folder, 'pids', name);
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8').trim());
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return undefined;
  const own = processesOf(instance.folder);
  return process.platform !== 'linux' || own.some((info) => info.pid === pid) ? pid : undefined;
}

export function isRunning(instance: Instance, name: string): boolean {
  return pidOf(instance, name) !== undefined;
}

/** The process that a supervisor keeps alive; undefined in the pause before it is started again. */
export function childOf(supervisor: number): number | undefined {
  return processTable().find(({ parent, command }) => parent === supervisor && !command.startsWith('sleep '))?.pid;
}

/** Asks named processes to end, all at once, and waits. Answers the names that had to be killed after the time given. */
export async function stopNamed(instance: Instance, names: readonly string[], timeoutMs: number): Promise<string[]> {
  const running = names.flatMap((name) => {
    const pid = pidOf(instance, name);
    return pid === undefined ? [] : [{ name, pid }];
  });
  for (const { pid } of running) signal(pid, 'SIGTERM');
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline && running.some(({ pid }) => isAlive(pid))) await delay(50);
  const stuck = running.filter(({ pid }) => isAlive(pid));
  for (const { pid } of stuck) {
    const child = childOf(pid);
    signal(pid, 'SIGKILL');
    if (child !== undefined) signal(child, 'SIGKILL');
  }
  for (const { name } of running) rmSync(join(instance.folder, 'pids', name), { force: true });
  return stuck.map(({ name }) => name);
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // ended by itself meanwhile
  }
}

/** The last lines of a log, for a message about a failure. */
export function logTail(instance: Instance, name: string, lines = 12): string {
  const file = logFile(instance, name);
  if (!existsSync(file)) return '(no log)';
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
}
