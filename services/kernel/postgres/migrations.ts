import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';

/** A folder of SQL files of one owner: the kernel, or a service. */
export interface MigrationFolder {
  readonly owner: string;
  readonly folder: string;
}

export const kernelMigrations: MigrationFolder = { owner: 'kernel', folder: join(import.meta.dirname, 'migrations') };

/** Key of the advisory lock that lets one runner at a time into a database. */
const migrationLock = 7_203_001;

/**
 * Brings a database to the newest version: files of each folder by name, one transaction a file, forward only, those already applied passed
 * over. Runners on the same database wait for each other. Answers the names of the files applied. Throws where a file that was
 * applied has changed since, or fails; that file then leaves no trace.
 */
export async function applyMigrations(
  url: string,
  folders: readonly MigrationFolder[],
  report: (line: string) => void = () => undefined,
): Promise<string[]> {
  const client = new Client({ connectionString: url, application_name: 'cartwright-migrate' });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock]);
    await client.query(
      'create table if not exists migrations (owner text, name text, checksum text not null, applied_at timestamptz not null default now(), primary key (owner, name))',
    );
    const applied: string[] = [];
    for (const { owner, folder } of folders) applied.push(...(await applyFolder(client, owner, folder, report)));
    return applied;
  } finally {
    await client.end();
  }
}

async function applyFolder(client: Client, owner: string, folder: string, report: (line: string) => void): Promise<string[]> {
  const { rows } = await client.query<{ name: string; checksum: string }>('select name, checksum from migrations where owner = $1', [
    owner,
  ]);
  const known = new Map(rows.map(({ name, checksum }) => [name, checksum]));
  const applied: string[] = [];
  for (const name of migrationFiles(folder)) {
    const sql = readFileSync(join(folder, name), 'utf8');
    const checksum = createHash('sha256').update(sql).digest('hex');
    const before = known.get(name);
    if (before === checksum) continue;
    if (before !== undefined) {
      throw new Error(
        `${owner}/${name} has changed since it was applied. Write a new file, or, on a local stack, npm run db:migrate -- --reset ${owner}`,
      );
    }
    report(`${owner}/${name}`);
    await applyFile(client, owner, name, sql, checksum);
    applied.push(`${owner}/${name}`);
  }
  return applied;
}

async function applyFile(client: Client, owner: string, name: string, sql: string, checksum: string): Promise<void> {
  await client.query('begin');
  try {
    await client.query(sql);
    await client.query('insert into migrations (owner, name, checksum) values ($1, $2, $3)', [owner, name, checksum]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new Error(`${owner}/${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Names of the SQL files of a folder, in the order in which they are applied; none where the folder is missing. */
export function migrationFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  const odd = files.find((name) => !/^\d{3}-[a-z0-9-]+\.sql$/.test(name));
  if (odd !== undefined) throw new Error(`${join(folder, odd)}: a migration is named like 001-orders.sql`);
  return files.sort();
}

/** Drops everything a database holds. For local stacks only. */
export async function emptyDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('drop schema public cascade; create schema public');
  } finally {
    await client.end();
  }
}
