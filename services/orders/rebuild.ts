// `npm run orders:rebuild`: makes the projection of orders again from their events, with `--check` only compares the two. Exit code 1 where they differ
// and nothing was put right. DATABASE_URLS is JSON: {"orders": "postgres://…"}.
import { parseArgs } from 'node:util';
import { openDatabaseAt } from '@cartwright/kernel/postgres/database';
import { rebuildOrders } from './adapters/projection.ts';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } } });
const { orders: url } = JSON.parse(process.env['DATABASE_URLS'] ?? '{}') as { orders?: string };
if (url === undefined) throw new Error('DATABASE_URLS names no database of orders; npm run orders:rebuild sets it');

const database = await openDatabaseAt(url, { name: 'orders', migrations: `${import.meta.dirname}/migrations` });
try {
  const live = process.stderr.isTTY;
  const result = await rebuildOrders(database, {
    replace: !values.check,
    onProgress: ({ done, total }) => {
      process.stderr.write(`${live ? '\r' : ''}${String(done)} of ${String(total)} orders${live ? '' : '\n'}`);
    },
  });
  if (live) process.stderr.write('\n');
  if (values.json) console.log(JSON.stringify(result));
  else {
    for (const { orderId, columns } of result.differences) console.log(`✘ ${orderId}: ${columns.join(', ')}`);
    const differ = `${String(result.differences.length)} ${values.check ? 'differ' : 'were put right'}`;
    console.log(`✔ ${String(result.orders)} orders ${values.check ? 'compared' : 'rebuilt'} from their events; ${differ}`);
  }
  if (values.check && result.differences.length > 0) process.exitCode = 1;
} finally {
  await database.close();
}
