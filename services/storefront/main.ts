import { serve, startKernel } from '@cartwright/kernel/service';
import { storefrontApp } from './app.ts';

const kernel = await startKernel('storefront');
// Behind one address a load test and a whole office look like one client, so a local machine has no limit that is felt.
const usual = kernel.config.environment === 'local' ? 10_000_000 : 1200;
await serve(kernel, storefrontApp(kernel, { requestsPerMinute: Number(process.env['RATE_LIMIT_PER_MINUTE'] ?? usual) }));
