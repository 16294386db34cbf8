// `npm run prices:rebuild`: makes orders' copy of the prices again from what catalog says, with `--check` only compares the two. Exit code 1 where they
// differ and nothing was put right. DATABASE_URLS is JSON: {"orders": "postgres://…"}. Catalog is asked by orders' sidecar: that of the local stack,
// whose file CARTWRIGHT_STACK names, or the one beside which this runs.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { connectSidecar } from '@cartwright/kernel/dapr/sidecar';
import { openDatabaseAt } from '@cartwright/kernel/postgres/database';
import { catalogPrices } from './adapters/catalog-prices.ts';
import { rebuildPrices } from './adapters/price-projection.ts';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } } });
const { orders: url } = JSON.parse(process.env['DATABASE_URLS'] ?? '{}') as { orders?: string };
if (url === undefined) throw new Error('DATABASE_URLS names no database of orders; npm run prices:rebuild sets it');

const dapr = connectSidecar(sidecarOfOrders());
const database = await openDatabaseAt(url, { name: 'orders', migrations: `${import.meta.dirname}/migrations` });
try {
  const live = process.stderr.isTTY;
  const result = await rebuildPrices(database, catalogPrices(dapr), {
    replace: !values.check,
    onProgress: ({ done, total }) => {
      process.stderr.write(`${live ? '\r' : ''}${String(done)} of ${String(total)} products${live ? '' : '\n'}`);
    },
  });
  if (live) process.stderr.write('\n');
  const { products, skus, differences, underway } = result;
  if (values.json) console.log(JSON.stringify(result));
  else {
    for (const { sku, columns } of differences) console.log(`✘ ${sku}: ${columns.join(', ')}`);
    const differ = `${String(differences.length)} ${values.check ? 'differ' : 'were put right'}`;
    const made = `${String(skus)} prices of ${String(products)} products ${values.check ? 'compared with' : 'rebuilt from'} catalog`;
    console.log(`✔ ${made}; ${differ}${underway === 0 ? '' : `; of ${String(underway)} products events are on their way`}`);
  }
  if (values.check && differences.length > 0) process.exitCode = 1;
} finally {
  await database.close();
  await dapr.close();
}

function sidecarOfOrders(): { daprHttpPort: number; daprToken: string } {
  const { CARTWRIGHT_STACK: file, DAPR_HTTP_PORT: port, DAPR_API_TOKEN: token } = process.env;
  if (file === undefined) {
    if (port === undefined || token === undefined)
      throw new Error('Neither CARTWRIGHT_STACK nor DAPR_HTTP_PORT and DAPR_API_TOKEN are set');
    return { daprHttpPort: Number(port), daprToken: token };
  }
  const { services } = JSON.parse(readFileSync(file, 'utf8')) as { services: Record<string, { daprHttpUrl: string; daprToken: string }> };
  const { orders } = services;
  if (orders === undefined) throw new Error(`${file} names no orders`);
  return { daprHttpPort: Number(new URL(orders.daprHttpUrl).port), daprToken: orders.daprToken };
}
