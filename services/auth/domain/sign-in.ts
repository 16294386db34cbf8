import { v7 } from 'uuid';
import type { LoginChallenges, LoginFailures, PasswordHasher, SecurityLog, Sessions, TokenSigner, Unit, Users } from '../ports.ts';
import type { DeviceTokens } from './device-tokens.ts';
import { normalizeEmail } from './email.ts';
import { enter } from './enter.ts';
import type { Entry } from './enter.ts';
import type { Origin } from './grant.ts';
import { networkOf } from './network.ts';
import type { SecondFactorCare } from './second-factors.ts';

export interface SignInParts {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly hasher: PasswordHasher;
  readonly signer: TokenSigner;
  readonly failures: LoginFailures;
  readonly challenges: LoginChallenges;
  readonly log: SecurityLog;
  readonly devices: DeviceTokens;
  readonly now: () => Date;
}

/** `challenged`: the password was right, and a code is needed too. */
export type LoginOutcome = Entry | { readonly type: 'challenged'; readonly challenge: string };

/** `useless`: the challenge cannot be used any more; back to the password. */
export type SecondFactorOutcome = Entry | { readonly type: 'useless' };

/** Logging in: by the password, and by a code where the account has a second factor. */
export interface SignIn {
  login(input: { email: string; password: string; deviceTokens?: readonly string[] }, from: Origin): Promise<LoginOutcome>;
  secondFactor(input: { challenge: string; code: string }, from: Origin): Promise<SecondFactorOutcome>;
}

/** Takes a transaction back: somebody used the challenge meanwhile. */
class ChallengeSpent extends Error {}

export function signIn(parts: SignInParts, care: Pick<SecondFactorCare, 'status' | 'withCode'>): SignIn {
  const { users, devices, hasher, failures, challenges, log } = parts;

  /**
   * At whose pace a password is tried: a known device has its own. All others share that of their place, and that of the account, so that neither one
   * machine nor many at once guess fast, and neither keeps the owner out.
   */
  function paceOf(email: string, { address }: Origin, device: string | undefined) {
    const placeKey = JSON.stringify(device === undefined ? [email, address] : ['device', email, device]);
    const accountKey = JSON.stringify(['account', email]);
    return {
      async begin(): Promise<number> {
        const seconds = await failures.begin(placeKey);
        return seconds > 0 || device !== undefined ? seconds : failures.begin(accountKey, 'account');
      },
      async succeeded(): Promise<void> {
        await failures.succeeded(placeKey);
        if (device === undefined) await failures.succeeded(accountKey);
      },
    };
  }

  return {
    async login({ email, password, deviceTokens = [] }, from) {
      const network = networkOf(from.address);
      const known = await users.byEmail(normalizeEmail(email));
      const device = known === undefined ? undefined : devices.deviceOf(deviceTokens, known.user.id);
      const pace = paceOf(normalizeEmail(email), from, device);
      const seconds = await pace.begin();
      if (seconds > 0) return { type: 'wait', seconds };
      if (!(await hasher.verify(known?.passwordHash, password)) || known === undefined) {
        // Also for nobody: what takes longer for an account that is there tells that it is.
        await log.record({ userId: known?.user.id ?? null, kind: 'sign_in_failed', network });
        return { type: 'refused' };
      }
      await pace.succeeded();
      if (hasher.needsRehash(known.passwordHash)) await users.rehash(known, await hasher.hash(password));
      const { user, passwordSince } = known;
      if ((await care.status(user.id)).enabledSince !== null) {
        await log.record({ userId: user.id, kind: 'second_factor_asked', network });
        return { type: 'challenged', challenge: await challenges.open({ userId: user.id, passwordSince }) };
      }
      const sessionId = v7();
      await log.record({ userId: user.id, kind: 'signed_in', sessionId, network });
      return enter(parts, known, sessionId, from);
    },

    async secondFactor({ challenge: token, code }, from) {
      const challenge = await challenges.read(token);
      const known = challenge === undefined ? undefined : await users.byId(challenge.userId);
      if (challenge === undefined || known?.passwordSince !== challenge.passwordSince) return { type: 'useless' };
      const { userId } = challenge;
      const network = networkOf(from.address);
      const sessionId = v7();
      const used = async (unit: Unit): Promise<void> => {
        if (!(await challenges.close(unit, token))) throw new ChallengeSpent();
        await log.record({ userId, kind: 'signed_in', sessionId, network }, unit);
      };
      const shown = await care.withCode(userId, code, network, used).catch((error: unknown) => {
        if (error instanceof ChallengeSpent) return 'none' as const;
        throw error;
      });
      if (shown === 'none') return { type: 'useless' };
      if (shown === 'wrong') {
        const left = (await challenges.spendTry(token)) ?? 0;
        await log.record({ userId, kind: left === 0 ? 'second_factor_guessed' : 'second_factor_failed', network });
        return { type: 'refused' };
      }
      return 'wait' in shown ? { type: 'wait', seconds: shown.wait } : enter(parts, known, sessionId, from);
    },
  };
}
