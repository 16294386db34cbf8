import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from '../instance/arguments.ts';
import { openInstance } from '../instance/instance.ts';
import { stackEnvironment } from '../instance/stack-file.ts';

/** Runs a TypeScript file under Node 24 with the addresses of the running instance in its environment; ends with its exit code. */
export function runScript(file: string | undefined, scriptArguments: readonly string[]): Promise<number> {
  if (file === undefined) throw new UsageError('run wants a file');
  const instance = openInstance();
  const path = resolve(instance.root, file);
  if (!existsSync(path)) throw new UsageError(`There is no file ${file}`);
  return runNode([path, ...scriptArguments], stackEnvironment(instance), instance.root);
}

/** What ends a command that is under way. */
export const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** How long a child that has ended may be outlived by what it printed: what it started may hold that open for ever. */
const lastWordsMs = 1000;

/**
 * Runs this Node with the terminal of its parent, or with nothing to read and somebody who hears what it prints. Ctrl-C goes to the child, which
 * a terminal signals by itself; other signals are passed on.
 */
export function runNode(
  nodeArguments: readonly string[],
  environment: Record<string, string>,
  cwd: string,
  hear?: (text: string) => void,
): Promise<number> {
  return new Promise((done, fail) => {
    // What npm would put on the PATH: programs of node_modules, with Node 24 among them.
    const path = `${join(cwd, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`;
    const child = spawn(process.execPath, nodeArguments, {
      cwd,
      stdio: hear === undefined ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...environment, PATH: path },
    });
    if (hear !== undefined) for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', hear);
    const passOn = (signal: NodeJS.Signals): void => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    for (const signal of endingSignals) process.on(signal, passOn);
    child.once('error', fail);
    child.once('exit', () => {
      setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, lastWordsMs).unref();
    });
    child.once('close', (code, signal) => {
      for (const one of endingSignals) process.off(one, passOn);
      done(code ?? (signal === null ? 1 : 130));
    });
  });
}
