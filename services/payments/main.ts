import { startRelay } from '@cartwright/kernel/messaging/relay';
import { openDatabase } from '@cartwright/kernel/postgres/database';
import { serve, startKernel } from '@cartwright/kernel/service';
import { openProviders } from './adapters/providers.ts';
import { startWorker } from './adapters/worker.ts';
import { paymentsApp } from './app.ts';
import type { Step } from './domain/payment.ts';

const kernel = await startKernel('payments');
const database = await openDatabase(kernel, { migrations: `${import.meta.dirname}/migrations`, poolSize: 20 });
const calls = { wake: (_orderId: string, _step: Step): void => undefined }; // what is due before there is a worker waits for its first sweep
const wake = (orderId: string, step: Step): void => {
  calls.wake(orderId, step);
};
const providers = await openProviders(kernel, database, wake);
const worker = startWorker(kernel, database, providers.byName);
calls.wake = worker.wake;
kernel.onClose('worker', () => worker.stop());
startRelay(kernel, database);
await serve(kernel, paymentsApp({ database, wake, sandbox: providers.sandbox, stripe: providers.stripe }));
