import { startRelay } from '@cartwright/kernel/messaging/relay';
import { openDatabase } from '@cartwright/kernel/postgres/database';
import { serve, startKernel } from '@cartwright/kernel/service';
import { openCatalog } from './open-catalog.ts';
import { catalogApp } from './app.ts';

const kernel = await startKernel('catalog');
const database = await openDatabase(kernel, { migrations: `${import.meta.dirname}/migrations` });
const parts = await openCatalog(kernel, database);
startRelay(kernel, database);
await serve(kernel, catalogApp(parts));
