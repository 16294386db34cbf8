import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '@cartwright/local/instance/instance';
import { run } from '@cartwright/local/process/command';

/** With the generator that its seeds depend on. */
const requirements = ['schemathesis==4.32.5', 'hypothesis==6.170.17'];

/** Folder of schemathesis, which makes requests of an OpenAPI document. Installing it takes half a minute the first time on a machine. */
export async function installed(): Promise<string> {
  const folder = join(cacheFolder(), requirements.join('-').replaceAll('==', '-'));
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${String(process.pid)}`;
  mkdirSync(unfinished, { recursive: true });
  await run('python3', ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', unfinished, ...requirements]);
  renameSync(unfinished, folder);
  return folder;
}

export interface Attack {
  readonly url: string;
  /** Of whoever sends the requests. */
  readonly token: string;
  /** Paths that are left out, as a regular expression. */
  readonly leavesOut?: string;
  readonly seconds: number;
}

/** What no answer may be, whatever was sent: a failure, or something that the document does not say. */
const checks = ['not_a_server_error', 'status_code_conformance', 'content_type_conformance', 'response_schema_conformance'];

/** Sends what schemathesis makes of the service's document, from the same seed each time. Answers how much that was; rejects with what it has found. */
export async function attack({ url, token, leavesOut, seconds }: Attack): Promise<string> {
  const folder = await installed();
  const cwd = mkdtempSync(join(tmpdir(), 'schemathesis-')); // no configuration of anybody's, and nothing of an earlier run
  const options = [
    ...['--url', url, '--header', `Authorization: Bearer ${token}`, '--checks', checks.join(',')],
    ...['--phases', 'coverage,fuzzing', '--max-time', String(seconds), '--seed', '20261125', '--workers', '1'],
    ...['--request-timeout', '10', '--suppress-health-check', 'all', '--warnings', 'off', '--no-color', '--no-shrink'],
    ...(leavesOut === undefined ? [] : ['--exclude-path-regex', leavesOut]),
  ];
  try {
    const told = await run('python3', ['-m', 'schemathesis.cli', 'run', `${url}/api/openapi.json`, ...options], {
      environment: { PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: '1' },
      cwd,
      timeoutMs: (seconds + 60) * 1000,
    });
    return /\d+ generated/.exec(told)?.[0] ?? '';
  } finally {
    rmSync(cwd, { recursive: true });
  }
}
