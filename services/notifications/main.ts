import { startRelay } from '@cartwright/kernel/messaging/relay';
import { openDatabase } from '@cartwright/kernel/postgres/database';
import { serve, startKernel } from '@cartwright/kernel/service';
import { startAlerts } from './adapters/alerts.ts';
import { contactsOver } from './adapters/contacts.ts';
import { startDeliveries } from './adapters/deliveries.ts';
import { messageKeysFrom } from './adapters/keys.ts';
import { rendererFrom } from './adapters/renderer.ts';
import { chooseNewsReaders, chooseSenders } from './adapters/senders.ts';
import { shopFactsOver } from './adapters/shop-facts.ts';
import { openStores } from './adapters/stores.ts';
import { notificationsApp } from './app.ts';

const kernel = await startKernel('notifications');
const database = await openDatabase(kernel, { migrations: `${import.meta.dirname}/migrations` });
const { environment, gatewayUrl } = kernel.config;
const { secrets } = kernel.dapr;
const stores = openStores(kernel, database, await messageKeysFrom(secrets, database));
const parts = {
  ...stores,
  contacts: contactsOver(kernel.dapr),
  facts: shopFactsOver(kernel.dapr),
  renderer: rendererFrom(import.meta.dirname, gatewayUrl),
};
const deliveries = startDeliveries(kernel, {
  ...parts,
  senders: await chooseSenders(secrets, { shopUrl: gatewayUrl, mailbox: environment === 'local' ? stores.mailbox.senders() : undefined }),
});
kernel.onClose('deliveries', () => deliveries.stop());
const alerts = startAlerts(kernel, { ...parts, start: deliveries.start });
kernel.onClose('alerts', () => alerts.stop());
const wakeAlerts = (): void => void alerts.now();
startRelay(kernel, database);
await serve(
  kernel,
  notificationsApp(kernel, { ...parts, newsReaders: await chooseNewsReaders(secrets, gatewayUrl), start: deliveries.start, wakeAlerts }),
);
