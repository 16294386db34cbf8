import { addSeedAccounts } from '@cartwright/auth/adapters/seed-accounts';
import { runAuth } from '@cartwright/auth/test/running-auth';
import { runCatalog, tokenOf as catalogToken } from '@cartwright/catalog/test/running-catalog';
import { listen } from '@cartwright/kernel/test/kernel-for-tests';
import { startNotifications, tokenOf as notificationsToken } from '@cartwright/notifications/test/adapters/fixtures';
import { v7 } from 'uuid';
import { attack, installed } from './schemathesis.ts';

/** Of each service, once it is installed, with the others beside it. SCHEMATHESIS_SECONDS gives it longer. */
const seconds = Number(process.env['SCHEMATHESIS_SECONDS'] ?? 22);

/** Services of their own, on databases of their own: an administrator's requests change what they like. Each answers how much was asked. */
const attacks = {
  async auth() {
    const auth = await runAuth();
    try {
      await addSeedAccounts(auth.users, auth.hasher);
      const body = { email: 'admin@cartwright.test', password: 'admin-Passw0rd!' };
      const { accessToken } = (await auth.ask('POST', '/api/auth/login', { body })).body as { accessToken?: string };
      // The keys would be withdrawn by which the token is checked.
      return await attack({ url: auth.url, token: accessToken ?? '', leavesOut: '/keys/rotate$', seconds });
    } finally {
      await auth.close();
    }
  },

  async catalog() {
    const catalog = await runCatalog();
    try {
      return await attack({ url: catalog.url, token: catalogToken('admin').replace('Bearer ', ''), seconds });
    } finally {
      await catalog.close();
    }
  },

  async notifications() {
    const service = await startNotifications();
    const server = await listen(service.kernel, service.app);
    try {
      return await attack({ url: server.url, token: notificationsToken(v7(), ['admin']), leavesOut: '/stream$', seconds });
    } finally {
      await server.close();
      await service.close();
    }
  },
} satisfies Record<string, () => Promise<string>>;

describe('What a service answers', function () {
  this.timeout(300_000);
  /** Of all services at the same time: who makes requests and who answers them take turns. */
  const outcomes = new Map<string, Promise<string>>();

  before(async () => {
    await installed();
    for (const [service, begin] of Object.entries(attacks)) outcomes.set(service, begin());
    await Promise.allSettled(outcomes.values());
  });

  for (const service of Object.keys(attacks)) {
    it(`${service}: no failure, and nothing that its document does not say, whatever it is asked`, async () => {
      console.log(`      requests: ${String(await outcomes.get(service))}`);
    });
  }
});
