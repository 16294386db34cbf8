import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { Step } from '../progress.ts';

export interface CommandOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Shows each line of output as what the step does now. */
  readonly step?: Step;
  readonly timeoutMs?: number;
  /** For what has to be run to stop. */
  readonly evenIfHalted?: boolean;
}

const running = new Set<ChildProcess>();
let isHalted = false;

/** From here on nothing more is started, and programs that run to their end are ended: what was begun must not outlive a Ctrl-C. */
export function halt(): void {
  isHalted = true;
  for (const child of running) child.kill('SIGTERM');
}

export function checkNotHalted(): void {
  if (isHalted) throw new Error('interrupted');
}

/** Runs a program to its end and answers its standard output. Rejects with the end of what it printed when it fails. */
export function run(program: string, programArguments: readonly string[], options: CommandOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    if (options.evenIfHalted !== true) checkNotHalted();
    const child = spawn(program, programArguments, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...process.env, ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
    });
    running.add(child);
    let output = '';
    let everything = '';
    const hear = (text: string): void => {
      everything = (everything + text).slice(-4_000);
      const line = text.trimEnd().split('\n').at(-1)?.trim();
      if (line !== undefined && line !== '') options.step?.say(line);
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      hear(text);
    });
    child.stderr.setEncoding('utf8').on('data', hear);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      running.delete(child);
      if (code === 0) resolve(output);
      else
        reject(
          new Error(`${program} ${programArguments[0] ?? ''} ended with ${signal ?? `code ${String(code)}`}:\n${everything.trimEnd()}`),
        );
    });
  });
}
