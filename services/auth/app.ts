import { apiKeyChecker } from '@cartwright/kernel/http/api-keys';
import type { ServiceApp } from '@cartwright/kernel/kernel';
import { messagingRoutes } from '@cartwright/kernel/messaging/routes';
import type { Database } from '@cartwright/kernel/postgres/database';
import { accounts } from './domain/accounts.ts';
import type { AccountParts } from './domain/accounts.ts';
import { isCommonPassword } from './adapters/common-passwords.ts';
import { passkeyCare } from './domain/passkeys.ts';
import type { PasskeyParts } from './domain/passkeys.ts';
import { recovery } from './domain/recovery.ts';
import type { RecoveryParts } from './domain/recovery.ts';
import { secondFactors } from './domain/second-factors.ts';
import type { SecondFactorParts } from './domain/second-factors.ts';
import { signIn } from './domain/sign-in.ts';
import type { SignInParts } from './domain/sign-in.ts';
import { keyRotation } from './handlers/key-rotation.ts';
import type { ExportJob, Exports } from './export-ports.ts';
import type { Addresses, ApiKeys, SigningKeys, Transact } from './ports.ts';
import type { Trust } from './routes/client-address.ts';
import { apiKeyRoutes } from './routes/api-keys.ts';
import { directoryRoutes } from './routes/directory.ts';
import { keyRoutes } from './routes/keys.ts';
import { meRoutes } from './routes/me.ts';
import { myExportRoutes } from './routes/my-export.ts';
import { passwordJudge } from './routes/new-password.ts';
import { passkeyRoutes } from './routes/passkeys.ts';
import { prover } from './routes/prove.ts';
import { recoveryRoutes } from './routes/recovery.ts';
import { mySessionRoutes } from './routes/my-sessions.ts';
import { secondFactorRoutes } from './routes/second-factor.ts';
import { securityRoutes } from './routes/security.ts';
import { sessionRoutes } from './routes/session.ts';
import { signInRoutes } from './routes/sign-in.ts';

export interface AuthParts
  extends AccountParts, RecoveryParts, SignInParts, Omit<SecondFactorParts, 'transact'>, Omit<PasskeyParts, 'transact'> {
  readonly database: Database;
  readonly addresses: Addresses;
  readonly keys: SigningKeys;
  readonly exports: Exports;
  /** Begins to gather an export. */
  readonly collect: (job: ExportJob) => void;
  readonly apiKeys: ApiKeys;
  readonly trust: Trust;
}

/** Auth: accounts, sessions, and the keys that all services check tokens by. */
export function authApp(parts: AuthParts): ServiceApp {
  const [prove, judge] = [prover(parts), passwordJudge(isCommonPassword)];
  const transact: Transact = (work) => parts.database.transaction(work);
  const care = secondFactors({ ...parts, transact });
  return {
    checkKey: apiKeyChecker({ ask: (proof) => parts.apiKeys.check(proof), believeMs: 0 }),
    routes: [
      ...sessionRoutes(accounts(parts), judge, parts.trust),
      ...signInRoutes(signIn(parts, care), parts.trust),
      ...secondFactorRoutes({ ...parts, care, prove }),
      ...passkeyRoutes({ ...parts, passkeyCare: passkeyCare({ ...parts, transact }), prove }),
      ...recoveryRoutes({ ...parts, recovery: recovery(parts), prove, judge }),
      ...meRoutes({ ...parts, prove, judge }),
      ...mySessionRoutes(parts),
      ...myExportRoutes(parts),
      ...securityRoutes(parts.log),
      ...directoryRoutes(parts),
      ...apiKeyRoutes({ ...parts, prove }),
      ...keyRoutes(parts.signer, parts.keys),
      ...messagingRoutes(parts.database),
    ],
    jobs: [keyRotation(parts.keys)],
  };
}
