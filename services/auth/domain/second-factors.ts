import type { LoginFailures, OneTimeCodes, SecondFactor, SecondFactors, SecurityLog, Sessions, Transact, Unit, User } from '../ports.ts';
import { endSessions } from './end-sessions.ts';
import type { Origin } from './grant.ts';
import { networkOf } from './network.ts';
import { newRecoveryCodes, readCode } from './second-factor.ts';

export interface SecondFactorParts {
  readonly factors: SecondFactors;
  readonly oneTimeCodes: OneTimeCodes;
  readonly failures: LoginFailures;
  readonly sessions: Sessions;
  readonly log: SecurityLog;
  readonly transact: Transact;
  readonly now: () => Date;
}

/** What becomes of something that wants a code: seconds to wait where too many were wrong, `none` where there is no second factor. */
export type WithCode<T> = { readonly done: T } | { readonly wait: number } | 'wrong' | 'none';

/** Who does something: a user, in a session, from somewhere. */
export interface Actor extends Origin {
  readonly userId: string;
  readonly sessionId: string;
}

/** The second factor of an account: codes of an app, and recovery codes for who has lost it. */
export interface SecondFactorCare {
  status(userId: string): Promise<{ readonly enabledSince: string | null; readonly recoveryCodesLeft: number }>;
  /** Makes a secret for the app. It counts when it is confirmed. undefined: there is one that counts. */
  enrol(user: User): Promise<{ readonly secret: string; readonly uri: string; readonly picture: string } | undefined>;
  /** From here on log-ins ask for a code; those that did not are ended. Answers the recovery codes, which nobody sees again. */
  confirm(actor: Actor, code: string): Promise<readonly string[] | 'wrong' | 'none'>;
  /** New recovery codes; the old ones are void. */
  renewRecoveryCodes(actor: Actor, code: string): Promise<WithCode<readonly string[]>>;
  disable(actor: Actor, code: string): Promise<WithCode<true>>;
  /** For who has lost app and recovery codes: an administrator, who has seen that it is the owner. Answers false where there is none. */
  remove(userId: string, actorId: string): Promise<boolean>;
  /** Uses a code up, in the transaction of what it is shown for, which is taken back where it is wrong. */
  withCode<T>(userId: string, code: string, network: string | undefined, work: (unit: Unit) => Promise<T>): Promise<WithCode<T>>;
}

/** Takes a transaction back. */
class CodeRefused extends Error {}

export function secondFactors(parts: SecondFactorParts): SecondFactorCare {
  const { factors, oneTimeCodes, failures, sessions, log, transact, now } = parts;

  async function confirmed(userId: string): Promise<SecondFactor | undefined> {
    const factor = await factors.find(userId);
    return factor === undefined || factor.confirmedAt === null ? undefined : factor;
  }

  async function spend(unit: Unit, { userId, secret }: SecondFactor, text: string, network: string | undefined): Promise<boolean> {
    const code = readCode(text);
    if (code?.type === 'app') {
      const step = oneTimeCodes.stepOf(secret, code.digits, now());
      return step !== undefined && factors.useStep(unit, userId, step);
    }
    if (code === undefined || !(await factors.useRecoveryCode(unit, userId, code.hash))) return false;
    await log.record({ userId, kind: 'recovery_code_used', network }, unit);
    return true;
  }

  async function withCode<T>(
    userId: string,
    code: string,
    network: string | undefined,
    work: (unit: Unit) => Promise<T>,
  ): Promise<WithCode<T>> {
    const factor = await confirmed(userId);
    if (factor === undefined) return 'none';
    // Of the account, wherever it is tried from: who comes here knows the password.
    const key = JSON.stringify(['second factor', userId]);
    const seconds = await failures.begin(key, 'code');
    if (seconds > 0) return { wait: seconds };
    try {
      const done = await transact(async (unit) => {
        if (!(await spend(unit, factor, code, network))) throw new CodeRefused();
        return work(unit);
      });
      await failures.succeeded(key);
      return { done };
    } catch (error) {
      if (error instanceof CodeRefused) return 'wrong';
      throw error;
    }
  }

  return {
    withCode,

    async status(userId) {
      const factor = await confirmed(userId);
      return { enabledSince: factor?.confirmedAt ?? null, recoveryCodesLeft: factor?.recoveryCodesLeft ?? 0 };
    },

    async enrol({ id, email }) {
      const secret = oneTimeCodes.newSecret();
      return (await factors.propose(id, secret)) ? { secret, ...oneTimeCodes.forApp(secret, email) } : undefined;
    },

    async confirm({ userId, sessionId, address }, text) {
      const factor = await factors.find(userId);
      if (factor?.confirmedAt !== null) return 'none';
      const code = readCode(text);
      const step = code?.type === 'app' ? oneTimeCodes.stepOf(factor.secret, code.digits, now()) : undefined;
      if (step === undefined) return 'wrong';
      const { shown, hashes } = newRecoveryCodes();
      const isConfirmed = await transact(async (unit) => {
        if (!(await factors.confirm(unit, factor, step))) return false;
        await factors.replaceRecoveryCodes(unit, userId, hashes);
        await log.record({ userId, kind: 'second_factor_enabled', sessionId, network: networkOf(address) }, unit);
        return true;
      });
      if (!isConfirmed) return 'none';
      await endSessions(sessions, userId, sessionId);
      return shown;
    },

    renewRecoveryCodes({ userId, sessionId, address }, code) {
      const network = networkOf(address);
      return withCode(userId, code, network, async (unit) => {
        const { shown, hashes } = newRecoveryCodes();
        await factors.replaceRecoveryCodes(unit, userId, hashes);
        await log.record({ userId, kind: 'recovery_codes_made', sessionId, network }, unit);
        return shown;
      });
    },

    disable({ userId, sessionId, address }, code) {
      const network = networkOf(address);
      return withCode(userId, code, network, async (unit) => {
        await factors.remove(unit, userId);
        await log.record({ userId, kind: 'second_factor_disabled', sessionId, network }, unit);
        return true as const;
      });
    },

    remove: (userId, actorId) =>
      transact(async (unit) => {
        if (!(await factors.remove(unit, userId))) return false;
        await log.record({ userId, kind: 'second_factor_disabled', actorId }, unit);
        return true;
      }),
  };
}
