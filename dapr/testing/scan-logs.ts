import { createReadStream, existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { forbidden, forbiddenSecrets } from './planted.ts';
import type { Forbidden } from './planted.ts';

/** A line of a log that holds what it may not; what was found is struck out of it. */
export interface Leak {
  readonly file: string;
  readonly line: number;
  readonly what: string;
  readonly text: string;
}

/** Most lines of a file that are told: those after them say the same. */
const mostOfAFile = 5;
const around = 100;

/**
 * Looks through all logs of an instance, of services, sidecars and stores, for what tests have planted and for the instance's own secrets. Answers the
 * first few lines of each file that hold something.
 */
export async function scanLogs(folder: string): Promise<Leak[]> {
  const logs = join(folder, 'logs');
  if (!existsSync(logs)) return [];
  const rules = [...forbidden, ...forbiddenSecrets(secretsOf(folder))];
  const leaks: Leak[] = [];
  for (const file of readdirSync(logs).sort()) leaks.push(...(await scanFile(join(logs, file), file, rules)));
  return leaks;
}

async function scanFile(path: string, file: string, rules: readonly Forbidden[]): Promise<Leak[]> {
  const leaks: Leak[] = [];
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })) {
    line += 1;
    const found = firstIn(text, rules);
    if (found === undefined) continue;
    leaks.push({ file, line, what: found.what, text: found.text });
    if (leaks.length === mostOfAFile) break;
  }
  return leaks;
}

function firstIn(text: string, rules: readonly Forbidden[]): { what: string; text: string } | undefined {
  for (const { what, form, holds } of rules) {
    for (const match of text.matchAll(form)) {
      if (holds?.(match[0]) === false) continue;
      const [start, end] = [Math.max(0, match.index - around), match.index + match[0].length];
      const rest = `${text.slice(start, match.index)}▒▒▒${text.slice(end, end + around)}`;
      return { what, text: rest.replaceAll(match[0], '▒▒▒') };
    }
  }
  return undefined;
}

/** All that `credentials.json` holds. */
function secretsOf(folder: string): string[] {
  const file = join(folder, 'credentials.json');
  if (!existsSync(file)) return [];
  const texts = (value: unknown): string[] =>
    typeof value === 'string' ? [value] : Object.values((value ?? {}) as Record<string, unknown>).flatMap(texts);
  return texts(JSON.parse(readFileSync(file, 'utf8')));
}
