import type { PasswordHasher, SecurityLog, Sessions, Users } from '../ports.ts';
import type { AccountLinks, ForgottenPasswords } from '../link-ports.ts';
import type { Origin } from './grant.ts';
import { normalizeEmail } from './email.ts';
import { endSessions } from './end-sessions.ts';
import { networkOf } from './network.ts';

export interface RecoveryParts {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly hasher: PasswordHasher;
  readonly links: AccountLinks;
  readonly forgotten: ForgottenPasswords;
  readonly log: SecurityLog;
}

/** Getting back into an account, and proving or changing its address, by links in mails. */
export interface Recovery {
  /** Has a link sent, where there is such an account. Nobody learns whether there is. */
  forgot(email: string, from: Origin): Promise<void>;
  /** Sets a password by a link, and ends all sessions. Answers false when the link is of no use. */
  reset(token: string, password: string, from: Origin): Promise<boolean>;
  /** Has a link sent that proves the account's address. */
  askToVerify(userId: string): Promise<void>;
  /** Has a link sent to another address, by which links to others become void; the one that is left is told. `too_many`: as many were sent as one may have in an hour. */
  askToMove(userId: string, email: string, from: Origin): Promise<'sent' | 'taken' | 'too_many'>;
  /** Proves an address by a link, and moves the account there where it was asked for. */
  confirm(token: string, from: Origin): Promise<'verified' | 'moved' | 'taken' | 'useless'>;
}

/** Takes a transaction back: somebody used the link meanwhile. */
class LinkSpent extends Error {}

export function recovery({ users, sessions, hasher, links, forgotten, log }: RecoveryParts): Recovery {
  /** Runs what a link is used for; undefined when it was used meanwhile. */
  async function once<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof LinkSpent) return undefined;
      throw error;
    }
  }

  return {
    forgot: (email, { address }) => forgotten.keep(normalizeEmail(email), networkOf(address)),

    async reset(token, password, { address }) {
      const link = await links.read(token, 'reset');
      if (link === undefined) return false;
      const passwordHash = await hasher.hash(password);
      const { userId } = link;
      const changed = await once(() =>
        users.change(userId, { passwordHash, emailVerified: true }, async (unit) => {
          if (!(await links.use(unit, link))) throw new LinkSpent();
          await log.record({ userId, kind: 'password_reset', network: networkOf(address) }, unit);
          // Before the commit, so that no password is set anew while who had the old one stays in.
          await endSessions(sessions, userId);
        }),
      );
      if (changed === undefined) return false;
      await endSessions(sessions, userId); // and those that began meanwhile, with the old one
      return true;
    },

    async askToVerify(userId) {
      const known = await users.byId(userId);
      if (known === undefined || known.user.emailVerified) return;
      await links.request({ userId, purpose: 'verify', email: known.user.email });
    },

    async askToMove(userId, email, { address }) {
      const wanted = normalizeEmail(email);
      if ((await users.byEmail(wanted)) !== undefined) return 'taken';
      if (!(await links.request({ userId, purpose: 'change', email: wanted }))) return 'too_many';
      await log.record({ userId, kind: 'address_change_requested', network: networkOf(address) });
      return 'sent';
    },

    async confirm(token, { address }) {
      const link = await links.read(token, 'verify', 'change');
      const known = link === undefined ? undefined : await users.byId(link.userId);
      if (link === undefined || known === undefined) return 'useless';
      const { userId, purpose, email } = link;
      const network = networkOf(address);
      const moved = await once(() =>
        users.moveTo(userId, email, async (unit) => {
          if (!(await links.use(unit, link))) throw new LinkSpent();
          const entry = purpose === 'verify' ? ({ kind: 'address_verified' } as const) : changeFrom(known.user.email);
          await log.record({ userId, network, ...entry }, unit);
        }),
      );
      if (moved === undefined || moved === 'gone') return 'useless';
      if (moved === 'taken') return 'taken';
      return purpose === 'verify' ? 'verified' : 'moved';
    },
  };
}

/** Told at the old address: whoever took the account away reads the new one. */
function changeFrom(noticeTo: string) {
  return { kind: 'address_changed', noticeTo } as const;
}
