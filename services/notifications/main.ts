import { startRelay } from '@cartwright/kernel/messaging/relay';
import { openDatabase } from '@cartwright/kernel/postgres/database';
import { serve, startKernel } from '@cartwright/kernel/service';
import { contactsOver } from './adapters/contacts.ts';
import { startDeliveries } from './adapters/deliveries.ts';
import { mailboxIn } from './adapters/mailbox.ts';
import { messagesIn } from './adapters/messages.ts';
import { orderFactsIn } from './adapters/order-facts.ts';
import { preferencesIn } from './adapters/preferences.ts';
import { rendererFrom } from './adapters/renderer.ts';
import { chooseSenders } from './adapters/senders.ts';
import { notificationsApp } from './app.ts';

const kernel = await startKernel('notifications');
const database = await openDatabase(kernel, { migrations: `${import.meta.dirname}/migrations` });
const [messages, orders, preferences, mailbox] = [
  messagesIn(database),
  orderFactsIn(database),
  preferencesIn(database),
  mailboxIn(database),
];
const { environment, gatewayUrl } = kernel.config;
const deliveries = startDeliveries(kernel, {
  ...{ messages, orders, preferences },
  contacts: contactsOver(kernel.dapr),
  renderer: rendererFrom(import.meta.dirname, gatewayUrl),
  senders: await chooseSenders(kernel.dapr.secrets, environment === 'local' ? mailbox.senders() : undefined),
});
kernel.onClose('deliveries', () => deliveries.stop());
startRelay(kernel, database);
await serve(kernel, notificationsApp(kernel, { database, messages, orders, preferences, mailbox, start: deliveries.start }));
