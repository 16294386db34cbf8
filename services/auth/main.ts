import { every } from '@cartwright/kernel/every';
import { startRelay } from '@cartwright/kernel/messaging/relay';
import { openDatabase } from '@cartwright/kernel/postgres/database';
import { serve, startKernel } from '@cartwright/kernel/service';
import { argon2Hasher } from './adapters/argon2-hasher.ts';
import { loginFailuresIn } from './adapters/login-failures-in-postgres.ts';
import { securityLogIn } from './adapters/security-log-in-postgres.ts';
import { addSeedAccounts } from './adapters/seed-accounts.ts';
import { sessionsIn } from './adapters/sessions-in-state.ts';
import { tokenSigner } from './adapters/signing-keys.ts';
import { addressesIn, usersIn } from './adapters/users-in-postgres.ts';
import { authApp } from './app.ts';
import { readProxies } from './routes/client-address.ts';

const kernel = await startKernel('auth');
const database = await openDatabase(kernel, { migrations: `${import.meta.dirname}/migrations` });
const [users, hasher, signer] = [usersIn(database), await argon2Hasher(), await tokenSigner(database)];
if (kernel.config.environment === 'local') await addSeedAccounts(users, hasher);
startRelay(kernel, database);
const sessions = sessionsIn(kernel.dapr.state('sessions'));
const failures = loginFailuresIn(database);
const forgetting = every(600_000, 'log-in failures', kernel.log, () => failures.forgetOld());
kernel.onClose('log-in failures', () => forgetting.stop());
const trust = { appToken: kernel.config.appToken, proxies: readProxies(process.env['TRUSTED_PROXIES']) };
const log = securityLogIn(database);
await serve(
  kernel,
  authApp({ database, users, hasher, signer, sessions, failures, log, addresses: addressesIn(database), trust, now: () => new Date() }),
);
