import { startRelay } from '@cartwright/kernel/messaging/relay';
import { openDatabase } from '@cartwright/kernel/postgres/database';
import { serve, startKernel } from '@cartwright/kernel/service';
import { startReconciliation } from './adapters/reconciliation.ts';
import { reservationsIn } from './adapters/reservations.ts';
import { startRestocking } from './adapters/returned-goods.ts';
import { startSettler } from './handlers/settler.ts';
import { stockLevels } from './adapters/stock-levels.ts';
import { stockTurns } from './adapters/stock-turns.ts';
import { inventoryApp } from './app.ts';
import { readStockPolicy } from './stock-policy.ts';

const policy = readStockPolicy(process.env);
const kernel = await startKernel('inventory');
const database = await openDatabase(kernel, { migrations: `${import.meta.dirname}/migrations`, poolSize: 20 });
const turns = stockTurns(kernel.dapr);
const reservations = reservationsIn(database);
const settler = startSettler(kernel, reservations, turns);
const returns = startRestocking(kernel, database, turns);
const reconciliation = startReconciliation(kernel, database, reservations, settler.settle, turns);
kernel.onClose('settler', async () => {
  await reconciliation.stop();
  await settler.stop();
  await returns.stop();
});
startRelay(kernel, database);
const parts = { database, levels: stockLevels(database), turns, settle: settler.settle, returns, policy };
await serve(kernel, inventoryApp(kernel, parts));
