import { spawn } from 'node:child_process';
import type { Step } from '../progress.ts';

export interface CommandOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Shows each line of output as what the step does now. */
  readonly step?: Step;
  readonly timeoutMs?: number;
}

/** Runs a program to its end and answers its standard output. Rejects with the end of what it printed when it fails. */
export function run(program: string, programArguments: readonly string[], options: CommandOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, programArguments, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...process.env, ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
    });
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
      if (code === 0) resolve(output);
      else reject(new Error(`${program} ${programArguments[0] ?? ''} ended with ${signal ?? `code ${String(code)}`}:\n${everything.trimEnd()}`));
    });
  });
}
