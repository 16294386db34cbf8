import { addSeedAccounts } from '@cartwright/auth/adapters/seed-accounts';
import { runAuth } from '@cartwright/auth/test/running-auth';
import { runCatalog, tokenOf as catalogToken } from '@cartwright/catalog/test/running-catalog';
import { listen } from '@cartwright/kernel/test/kernel-for-tests';
import { startNotifications, tokenOf as notificationsToken } from '@cartwright/notifications/test/adapters/fixtures';
import { v7 } from 'uuid';
import { attack } from './schemathesis.ts';

/** Of each service, once it is installed. SCHEMATHESIS_SECONDS gives it longer. */
const seconds = Number(process.env['SCHEMATHESIS_SECONDS'] ?? 9);

async function withstand(attackOn: Parameters<typeof attack>[0]): Promise<void> {
  console.log(`      requests: ${await attack(attackOn)}`);
}

describe('What a service answers', function () {
  // Services of their own, on databases of their own: an administrator's requests change what they like.
  this.timeout(300_000);

  it('auth: no failure, and nothing that its document does not say, whatever it is asked', async () => {
    const auth = await runAuth();
    try {
      await addSeedAccounts(auth.users, auth.hasher);
      const body = { email: 'admin@cartwright.test', password: 'admin-Passw0rd!' };
      const { accessToken } = (await auth.ask('POST', '/api/auth/login', { body })).body as { accessToken?: string };
      // The keys would be withdrawn by which the token is checked.
      await withstand({ url: auth.url, token: accessToken ?? '', leavesOut: '/keys/rotate$', seconds });
    } finally {
      await auth.close();
    }
  });

  it('catalog: no failure, and nothing that its document does not say, whatever it is asked', async () => {
    const catalog = await runCatalog();
    try {
      await withstand({ url: catalog.url, token: catalogToken('admin').replace('Bearer ', ''), seconds });
    } finally {
      await catalog.close();
    }
  });

  it('notifications: no failure, and nothing that its document does not say, whatever it is asked', async () => {
    const service = await startNotifications();
    const server = await listen(service.kernel, service.app);
    try {
      await withstand({ url: server.url, token: notificationsToken(v7(), ['admin']), leavesOut: '/stream$', seconds });
    } finally {
      await server.close();
      await service.close();
    }
  });
});
