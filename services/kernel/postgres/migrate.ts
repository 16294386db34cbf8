// Brings every service's database to the newest version; run by `npm start` and `npm run db:migrate`.
// DATABASE_URLS is JSON: {"orders": "postgres://…", …}. `--reset orders` empties that one first, on a local stack only.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { applyMigrations, emptyDatabase, kernelMigrations } from './migrations.ts';

const servicesFolder = join(import.meta.dirname, '../..');

const { values } = parseArgs({ options: { reset: { type: 'string', multiple: true, default: [] } } });
const urls = readUrls(process.env['DATABASE_URLS']);
for (const service of values.reset) {
  const url = urls[service];
  if (url === undefined) throw new Error(`--reset ${service}: there is no such database; there are ${Object.keys(urls).join(', ')}`);
  if (process.env['CARTWRIGHT_INSTANCE'] === undefined) throw new Error('--reset is for a local stack (npm run db:migrate -- --reset …)');
  await emptyDatabase(url);
  console.log(`${service}: emptied`);
}
for (const [service, url] of Object.entries(urls)) {
  const folders = [kernelMigrations, { owner: service, folder: join(servicesFolder, service, 'migrations') }];
  const applied = await applyMigrations(url, folders, (name) => console.log(`${service}: ${name}`));
  if (applied.length === 0) console.log(`${service}: up to date`);
}

function readUrls(json: string | undefined): Record<string, string> {
  if (json === undefined) throw new Error('DATABASE_URLS is not set; npm run db:migrate sets it');
  return JSON.parse(json) as Record<string, string>;
}
