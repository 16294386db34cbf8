import { startRelay } from '@cartwright/kernel/messaging/relay';
import { openDatabase } from '@cartwright/kernel/postgres/database';
import { serve, startKernel } from '@cartwright/kernel/service';
import { accountLinksIn } from './adapters/account-links-in-postgres.ts';
import { apiKeysIn } from './adapters/api-keys-in-postgres.ts';
import { argon2Hasher, readPasses } from './adapters/argon2-hasher.ts';
import { startChores } from './adapters/chores.ts';
import { holders, personDataOf, startCollecting } from './adapters/collect-exports.ts';
import { erasuresIn } from './adapters/erasures.ts';
import { exportsIn } from './adapters/exports-in-postgres.ts';
import { forgottenPasswordsIn } from './adapters/forgotten-passwords.ts';
import { linkTokens, proofSecretFrom } from './adapters/link-secrets.ts';
import { loginChallengesIn } from './adapters/login-challenges-in-postgres.ts';
import { loginFailuresIn } from './adapters/login-failures-in-postgres.ts';
import { passkeyChallengesIn, passkeysIn } from './adapters/passkeys-in-postgres.ts';
import { oneTimeCodes } from './adapters/one-time-codes.ts';
import { sealedSecretsFrom } from './adapters/sealed-secrets.ts';
import { secondFactorsIn } from './adapters/second-factors-in-postgres.ts';
import { ownPersonData } from './adapters/own-person-data.ts';
import { securityLogIn } from './adapters/security-log-in-postgres.ts';
import { addSeedAccounts } from './adapters/seed-accounts.ts';
import { sessionsIn } from './adapters/sessions-in-state.ts';
import { signingKeysIn } from './adapters/signing-keys.ts';
import { addressesIn, usersIn } from './adapters/users-in-postgres.ts';
import { ceremoniesOf, readRelyingParty } from './adapters/webauthn.ts';
import { authApp } from './app.ts';
import { deviceTokens } from './domain/device-tokens.ts';
import { readProxies } from './routes/client-address.ts';

const kernel = await startKernel('auth');
const database = await openDatabase(kernel, { migrations: `${import.meta.dirname}/migrations` });
const [users, hasher] = [usersIn(database), await argon2Hasher(readPasses(process.env['ARGON2_PASSES']))];
kernel.onClose('hashing', () => hasher.close());
if (kernel.config.environment === 'local') await addSeedAccounts(users, hasher);
startRelay(kernel, database);
const [failures, log] = [loginFailuresIn(database), securityLogIn(database)];
const signer = await signingKeysIn(database, log);
const proofSecret = await proofSecretFrom(kernel.dapr.secrets, database);
const [links, devices] = [accountLinksIn(database, linkTokens(proofSecret)), deviceTokens(proofSecret)];
const [challenges, factors] = [loginChallengesIn(database), secondFactorsIn(database, await sealedSecretsFrom(kernel.dapr.secrets))];
const forgotten = forgottenPasswordsIn(database, { links, log });
const sessions = sessionsIn(kernel.dapr.state('sessions'));
const erasures = erasuresIn(database, sessions);
const [passkeys, passkeyChallenges] = [passkeysIn(database), passkeyChallengesIn(database)];
const [exports, addresses] = [exportsIn(database), addressesIn(database)];
const others = Object.fromEntries(holders.map((app) => [app, personDataOf(kernel.dapr, app)]));
const sources = { account: ownPersonData({ users, addresses, sessions, passkeys, factors, log }), ...others };
const collecting = startCollecting(kernel, { exports, sources, now: () => new Date() });
kernel.onClose('exports', () => collecting.stop());
const apiKeys = apiKeysIn(database, log);
const ceremonies = ceremoniesOf(readRelyingParty(process.env, kernel.config.gatewayUrl));
startChores(kernel, {
  'old API keys': { everyMs: 3_600_000, work: () => apiKeys.forgetOld() },
  'forgotten passwords': { everyMs: 1000, work: () => forgotten.work() },
  erasures: { everyMs: 1000, work: () => erasures.work() },
  'log-in failures': { everyMs: 600_000, work: () => failures.forgetOld() },
  'old exports': { everyMs: 3_600_000, work: () => exports.forgetOld() },
  'old challenges': { everyMs: 600_000, work: () => Promise.all([challenges.forgetOld(), passkeyChallenges.forgetOld()]) },
  'old links': { everyMs: 3_600_000, work: () => links.forgetOld() },
});
const parts = {
  users,
  hasher,
  signer,
  keys: signer,
  failures,
  log,
  links,
  forgotten,
  sessions,
  challenges,
  factors,
  oneTimeCodes,
  passkeys,
  passkeyChallenges,
  ceremonies,
  devices,
};
const trust = { appToken: kernel.config.appToken, proxies: readProxies(process.env['TRUSTED_PROXIES']) };
const routed = { addresses, apiKeys, exports, collect: collecting.start, trust };
await serve(kernel, authApp({ ...parts, ...routed, database, now: () => new Date() }));
