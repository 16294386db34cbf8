// npm run demo: a customer buys something, step by step. `-- --orders 200`: many do at once, and then the books are compared.
import { parseArgs } from 'node:util';
import { runningStack } from '../stack.ts';
import { playMany } from './many-customers.ts';
import { playCustomer } from './one-customer.ts';

const { values } = parseArgs({ options: { orders: { type: 'string' }, json: { type: 'boolean', default: false } } });
const stack = runningStack();

if (values.orders === undefined) {
  const steps = await playCustomer(stack.gatewayUrl, ({ step, milliseconds, what }) => {
    if (!values.json) console.log(`✔ ${step.padEnd(10)} ${String(milliseconds).padStart(6)} ms  ${what}`);
  });
  if (values.json) console.log(JSON.stringify({ steps }));
} else {
  const count = Number(values.orders);
  if (!Number.isInteger(count) || count < 1 || count > 100_000)
    throw new Error(`--orders is a whole number from 1 to 100000, not ${values.orders}`);
  const result = await playMany(stack, count, (text) => {
    if (!values.json) console.log(`… ${text}`);
  });
  if (values.json) console.log(JSON.stringify(result));
  else {
    console.log(
      `${String(result.orders)} orders in ${String(result.seconds)} s; settled after ${String(result.milliseconds.p50)} ms (p50), ${String(result.milliseconds.p95)} ms (p95)`,
    );
    console.table(result.byStatus);
    if (result.anomalies.length === 0) console.log('✔ Stock, money, orders and messages agree to the unit');
    else console.table(result.anomalies);
  }
  if (result.anomalies.length > 0) process.exitCode = 1;
}
