import { v7 } from 'uuid';
import type { BrowserJson, Ceremonies, Passkey, PasskeyChallenges, Passkeys, StoredPasskey } from '../passkey-ports.ts';
import type { SecurityLog, Transact, User } from '../ports.ts';
import { enter } from './enter.ts';
import type { EnterParts, Entry } from './enter.ts';
import type { Origin } from './grant.ts';
import { networkOf } from './network.ts';
import type { Actor } from './second-factors.ts';

/** Seconds that a browser has for a signature. */
export const passkeyChallengeSeconds = 300;

export interface PasskeyParts extends EnterParts {
  readonly passkeys: Passkeys;
  readonly passkeyChallenges: PasskeyChallenges;
  readonly ceremonies: Ceremonies;
  readonly log: SecurityLog;
  readonly transact: Transact;
}

/** Passkeys of an account, and logging in by one: a device and the thumb or PIN that opens it are two factors, so no code is asked for. */
export interface PasskeyCare {
  /** What the browser is asked for, to make a passkey of this user. */
  offer(user: User): Promise<BrowserJson>;
  /** Keeps what the device has made; the owner is told. */
  register(actor: Actor, name: string, response: BrowserJson): Promise<Passkey | 'refused' | 'known'>;
  remove(actor: Actor, id: string): Promise<boolean>;
  /** What the browser is asked for, to log in whoever has a passkey. */
  ask(): Promise<BrowserJson>;
  login(response: BrowserJson, from: Origin): Promise<Entry>;
}

/** Takes a transaction back: the counter has not gone up. */
class Copied extends Error {}

export function passkeyCare(parts: PasskeyParts): PasskeyCare {
  const { users, passkeys, passkeyChallenges, ceremonies, log, transact } = parts;

  /** The challenge of an answer, used up by it; undefined where it is not ours. */
  async function taken(response: BrowserJson, userId: string | null): Promise<string | undefined> {
    const challenge = ceremonies.challengeOf(response);
    return challenge !== undefined && (await passkeyChallenges.take(challenge, userId)) ? challenge : undefined;
  }

  async function found(response: BrowserJson): Promise<StoredPasskey | undefined> {
    return typeof response['id'] === 'string' ? passkeys.byCredential(response['id']) : undefined;
  }

  return {
    async offer(user) {
      const { challenge, options } = await ceremonies.registration(user, await passkeys.credentialsOf(user.id));
      await passkeyChallenges.keep(challenge, user.id);
      return options;
    },

    async register({ userId, sessionId, address }, name, response) {
      const challenge = await taken(response, userId);
      const credential = challenge === undefined ? undefined : await ceremonies.checkRegistration(response, challenge);
      if (credential === undefined) return 'refused';
      const added = await transact(async (unit) => {
        const passkey = await passkeys.add(unit, { ...credential, userId, name });
        if (passkey === undefined) return undefined;
        await log.record({ userId, kind: 'passkey_added', sessionId, subjectId: passkey.id, network: networkOf(address) }, unit);
        return passkey;
      });
      return added ?? 'known';
    },

    remove: ({ userId, sessionId, address }, id) =>
      transact(async (unit) => {
        if (!(await passkeys.remove(unit, userId, id))) return false;
        await log.record({ userId, kind: 'passkey_removed', sessionId, subjectId: id, network: networkOf(address) }, unit);
        return true;
      }),

    async ask() {
      const { challenge, options } = await ceremonies.authentication();
      await passkeyChallenges.keep(challenge, null);
      return options;
    },

    async login(response, from) {
      const network = networkOf(from.address);
      const challenge = await taken(response, null);
      const passkey = await found(response);
      const known = passkey === undefined ? undefined : await users.byId(passkey.userId);
      if (challenge === undefined || passkey === undefined || known === undefined) return { type: 'refused' };
      const { id, userId } = passkey;
      const signature = await ceremonies.checkAuthentication(response, challenge, passkey);
      if (signature === undefined) {
        await log.record({ userId, kind: 'sign_in_failed', subjectId: id, network });
        return { type: 'refused' };
      }
      const sessionId = v7();
      try {
        await transact(async (unit) => {
          if (!(await passkeys.use(unit, id, signature))) throw new Copied();
          await log.record({ userId, kind: 'signed_in', sessionId, subjectId: id, network }, unit);
        });
      } catch (error) {
        if (!(error instanceof Copied)) throw error;
        await log.record({ userId, kind: 'passkey_copied', subjectId: id, network });
        return { type: 'refused' };
      }
      return enter(parts, known, sessionId, from);
    },
  };
}
