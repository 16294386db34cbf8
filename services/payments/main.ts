import { startRelay } from '@cartwright/kernel/messaging/relay';
import { openDatabase } from '@cartwright/kernel/postgres/database';
import { serve, startKernel } from '@cartwright/kernel/service';
import { noticesFor } from './adapters/notices.ts';
import { paymentsIn } from './adapters/payments.ts';
import { openProviders } from './adapters/providers.ts';
import { startWorker } from './adapters/worker.ts';
import { paymentsApp } from './app.ts';

const kernel = await startKernel('payments');
const database = await openDatabase(kernel, { migrations: `${import.meta.dirname}/migrations`, poolSize: 20 });
const payments = paymentsIn(database);
const notices = noticesFor(kernel, payments);
const { byName, ...words } = await openProviders(kernel.config, kernel.dapr.secrets, database, notices.deliver);
const worker = startWorker(kernel, { payments, providers: byName });
notices.startBy(worker.start);
kernel.onClose('calls of providers', () => worker.stop());
startRelay(kernel, database);
await serve(kernel, paymentsApp({ database, payments, start: worker.start, ...words }));
