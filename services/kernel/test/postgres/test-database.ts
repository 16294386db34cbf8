import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Client } from 'pg';

/** A database of one's own on the running stack's Postgres. */
export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** Address of the administrator of the stack's Postgres, from the file that `CARTWRIGHT_STACK` names. */
export function adminUrl(): string {
  const file = process.env['CARTWRIGHT_STACK'];
  if (file === undefined) throw new Error('CARTWRIGHT_STACK is not set: run by npm test -- --only integration');
  return (JSON.parse(readFileSync(file, 'utf8')) as { stores: { postgres: { adminUrl: string } } }).stores.postgres.adminUrl;
}

/** Creates an empty database with a fresh name. `drop` ends whoever is still connected. */
export async function createTestDatabase(admin: string, label: string): Promise<TestDatabase> {
  const name = `test_${label}_${randomBytes(5).toString('hex')}`;
  await run(admin, `create database ${name}`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => run(admin, `drop database ${name} with (force)`) };
}

/**
 * Asks until it is so; fails after 25 seconds, which a busy machine may need and no other waits for: the time is not what is tested. Between two
 * questions it leaves the machine to those who make it so.
 */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const withinMs = 25_000;
  const deadline = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Not within ${String(withinMs / 1000)} s: ${what}`);
    await new Promise((done) => setTimeout(done, 5));
  }
}

/** Waits until so many statements of a database wait for a lock. */
export async function untilWaiting(database: { sql(statement: string): Promise<object[]> }, count: number): Promise<void> {
  await until(`${String(count)} wait for a lock`, async () => {
    const rows = await database.sql("select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()");
    return rows.length >= count;
  });
}

async function run(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
