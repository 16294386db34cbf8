import { createInterface } from 'node:readline';
import pg from 'pg';
import { UsageError } from '../instance/arguments.ts';
import type { Arguments } from '../instance/arguments.ts';
import { openInstance } from '../instance/instance.ts';
import { readStackFile } from '../instance/stack-file.ts';

/**
 * `npm run db:shell:<service>`: SQL on a service's own database, statement by statement, each ended by `;`. It reads a terminal or a
 * pipe; `\d` lists the tables. The servers from packages bring no psql. Answers 1 when a statement of a pipe failed.
 */
export async function shell({ instance: choice, rest: [service] }: Arguments): Promise<number> {
  const databases: Readonly<Record<string, string>> = readStackFile(openInstance(choice)).stores.postgres;
  const url = service === undefined ? undefined : databases[service];
  if (service === undefined || url === undefined)
    throw new UsageError(`db:shell wants a service with a database: ${Object.keys(databases).join(', ')}`);
  const client = new pg.Client({ connectionString: url, application_name: 'cartwright-shell' });
  await client.connect();
  const interactive = process.stdin.isTTY;
  const lines = createInterface({ input: process.stdin, ...(interactive ? { output: process.stdout } : {}), prompt: `${service}> ` });
  let statement = '';
  let failed = false;
  if (interactive) lines.prompt();
  for await (const line of lines) {
    statement += `${line}\n`;
    if (statement.trim() === '\\d' || statement.trimEnd().endsWith(';')) {
      failed = !(await runStatement(client, statement.trim())) || failed;
      statement = '';
    }
    if (interactive) lines.prompt();
  }
  if (statement.trim() !== '') failed = !(await runStatement(client, statement)) || failed;
  await client.end();
  return failed && !interactive ? 1 : 0;
}

const listTables = `SELECT relname AS "table", n_live_tup AS "rows (about)" FROM pg_stat_user_tables ORDER BY relname`;

async function runStatement(client: pg.Client, statement: string): Promise<boolean> {
  try {
    const { rows, rowCount, command } = await client.query<Record<string, unknown>>(statement === '\\d' ? listTables : statement);
    if (rows.length > 0) console.table(rows);
    console.log(`${command} ${String(rowCount ?? 0)}`);
    return true;
  } catch (error) {
    console.error(`✘ ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}
