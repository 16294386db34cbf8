// `npm run stock:verify`: adds all movements of stock up again and compares them with levels, reservations and returns. Exit code 1 where they differ.
// DATABASE_URLS is JSON: {"inventory": "postgres://…"}.
import { openDatabaseAt } from '@cartwright/kernel/postgres/database';
import { auditStock } from './adapters/stock-audit.ts';

const { inventory: url } = JSON.parse(process.env['DATABASE_URLS'] ?? '{}') as { inventory?: string };
if (url === undefined) throw new Error('DATABASE_URLS names no database of inventory; npm run stock:verify sets it');

const mostShown = 100;

const database = await openDatabaseAt(url, { name: 'inventory', migrations: `${import.meta.dirname}/migrations` });
try {
  const findings = await auditStock(database);
  for (const { what, sku, orderId } of findings.slice(0, mostShown))
    console.log(`✘ ${sku}${orderId === null ? '' : `, order ${orderId}`}: ${what}`);
  const [{ count } = { count: 0 }] = await database.sql<{ count: number }>('select count(*)::int as count from stock_movements');
  console.log(`${findings.length === 0 ? '✔' : '✘'} ${String(count)} movements added up; ${String(findings.length)} differences`);
  if (findings.length > 0) process.exitCode = 1;
} finally {
  await database.close();
}
