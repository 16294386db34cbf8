import { randomBytes } from 'node:crypto';
import type { Database } from './database.ts';

/**
 * A service's secret: that of the secret store, or, where it has none, one that the service made up once and keeps in the table `own_secrets` of its
 * database. Replicas that start together agree on the first one's.
 */
export async function secretFrom(
  secrets: { find(key: string): Promise<string | undefined> },
  database: Pick<Database, 'sql'>,
  name: string,
): Promise<Buffer> {
  const given = await secrets.find(name);
  if (given !== undefined) return Buffer.from(given, 'utf8');
  const made = randomBytes(32).toString('hex');
  await database.sql(`insert into own_secrets (name, value) values (?, decode(?, 'hex')) on conflict do nothing`, [name, made]);
  const [kept] = await database.sql<{ value: string }>(`select encode(value, 'hex') as value from own_secrets where name = ?`, [name]);
  if (kept === undefined) throw new Error(`The secret ${name} was not kept`);
  return Buffer.from(kept.value, 'hex');
}
