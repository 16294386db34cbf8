// A copy of notifications that dies when it is told to: in the instant after the mailbox has taken a message and before that is noted.
import { openDatabaseAt } from '@cartwright/kernel/postgres/database';
import { kernelForTests, listen } from '@cartwright/kernel/test/kernel-for-tests';
import { startDeliveries } from '../../adapters/deliveries.ts';
import { messageKeys } from '../../adapters/keys.ts';
import { rendererFrom } from '../../adapters/renderer.ts';
import { openStores } from '../../adapters/stores.ts';
import { notificationsApp } from '../../app.ts';

const [url = '', diesAt = ''] = process.argv.slice(2);
const folder = `${import.meta.dirname}/../..`;
const database = await openDatabaseAt(url, { name: 'notifications', migrations: `${folder}/migrations` });
const kernel = kernelForTests({
  log: (line) => {
    if (typeof line['level'] === 'number' && line['level'] >= 50) console.error(JSON.stringify(line));
  },
});
const stores = openStores(kernel, database, messageKeys(Buffer.from('0123456789abcdef')), { leaseSeconds: 2 });
const ofAnybody = (id: string) => Promise.resolve({ email: `${id}@example.com`, name: 'Ada' });
const parts = {
  ...stores,
  contacts: { ofOrder: ofAnybody, ofUser: ofAnybody, ofLink: ofAnybody, ofNotice: ofAnybody },
  renderer: rendererFrom(folder, 'http://localhost:8080'),
};
let sent = 0;
const deliveries = startDeliveries(kernel, {
  ...parts,
  senders: stores.mailbox.senders(),
  sweepMs: 100,
  answered: async () => {
    sent += 1;
    if (diesAt === '' || sent < Number(diesAt)) return;
    // Who meets such a death twice is given up after the second, as a rule of its own says: that is not tried here.
    const sentAgain = await database.sql(`select 1 from messages where state = 'sending' and resends > 0 limit 1`);
    if (sentAgain.length === 0) process.kill(process.pid, 'SIGKILL');
  },
});
const app = notificationsApp(kernel, {
  ...parts,
  newsReaders: { sendgrid: undefined, twilio: undefined },
  start: deliveries.start,
  facts: {
    skuNamed: () => Promise.resolve(undefined),
    available: () => Promise.resolve(undefined),
    peopleWho: () => Promise.resolve([]),
  },
  wakeAlerts: () => undefined,
});
const server = await listen(kernel, app);
process.send?.({ url: server.url });
