import { AccountLinkRequested } from '@cartwright/kernel/events/account-link-requested';
import type { Database, UnitOfWork } from '@cartwright/kernel/postgres/database';
import { v7 } from 'uuid';
import { endedBy, linkSeconds, mostLinksPerHour } from '../domain/account-links.ts';
import type { LinkPurpose } from '../domain/account-links.ts';
import type { Addressee } from '../ports.ts';
import type { AccountLink, AccountLinks } from '../link-ports.ts';
import type { LinkTokens } from './link-secrets.ts';
import { nextVersion } from './user-version.ts';
import { utc } from './utc.ts';

const isGood = 'l.ended_at is null and l.expires_at > now()';

/** Links in auth's own database; times are the database's. */
export function accountLinksIn(database: Database, tokens: LinkTokens): AccountLinks & { forgetOld(): Promise<void> } {
  async function find(id: string): Promise<(AccountLink & Addressee & { readonly expiresAt: string }) | undefined> {
    const [row] = await database.sql<AccountLink & Addressee & { expiresAt: string }>(
      `select l.id, l.user_id as "userId", l.purpose, l.email, u.name, u.locale, ${utc('l.expires_at')} as "expiresAt"
       from account_links l join users u on u.id = l.user_id where l.id = ? and ${isGood}`,
      [id],
    );
    return row;
  }

  return {
    request: (link, unit) => (unit === undefined ? database.transaction((own) => request(own, link)) : request(unit, link)),

    async toSend(id) {
      const found = await find(id);
      if (found === undefined) return undefined;
      const { email, name, locale, purpose, expiresAt } = found;
      return { email, name, locale, purpose, token: tokens.tokenOf(id), expiresAt };
    },

    async read(token, ...purposes) {
      const id = tokens.read(token);
      const found = id === undefined ? undefined : await find(id);
      return found !== undefined && purposes.includes(found.purpose) ? found : undefined;
    },

    async waiting(userId, purpose) {
      const [row] = await database.sql<{ email: string; expiresAt: string }>(
        `select l.email, ${utc('l.expires_at')} as "expiresAt" from account_links l
         where l.user_id = ? and l.purpose = ? and ${isGood} order by l.created_at desc, l.id desc limit 1`,
        [userId, purpose],
      );
      return row;
    },

    withdraw: (userId, purposes, unit) =>
      unit === undefined ? database.transaction((own) => withdraw(own, userId, purposes)) : withdraw(unit, userId, purposes),

    async use(unit, { id, userId, purpose }) {
      const used = await unit.em.execute<object[]>(
        `update account_links l set ended_at = now() where l.id = ? and ${isGood.replace('now()', 'clock_timestamp()')} returning 1`,
        [id],
      );
      if (used.length === 0) return false;
      await withdraw(unit, userId, endedBy[purpose]);
      return true;
    },

    /** Removes what has been of no use for a day; the audit log keeps what happened. */
    async forgetOld() {
      await database.sql(`delete from account_links where expires_at < now() - interval '1 day'`);
    },
  };
}

async function withdraw({ em }: UnitOfWork, userId: string, purposes: readonly LinkPurpose[]): Promise<void> {
  await em.execute(
    `update account_links set ended_at = now() where user_id = ? and ended_at is null and purpose in (${purposes.map(() => '?').join(', ')})`,
    [userId, ...purposes],
    'run',
  );
}

async function request(unit: UnitOfWork, { userId, purpose, email }: Omit<AccountLink, 'id'>): Promise<boolean> {
  const { em } = unit;
  // Those who ask for the same account wait for each other, so that all are counted.
  await em.execute('select id from users where id = ? for update', [userId]);
  const [asked] = await em.execute<{ count: number }[]>(
    `select count(*)::int as count from account_links where user_id = ? and purpose = ? and created_at > clock_timestamp() - interval '1 hour'`,
    [userId, purpose],
  );
  if ((asked?.count ?? 0) >= mostLinksPerHour) return false;
  const version = await nextVersion(unit, userId);
  if (version === undefined) return false;
  // Who corrects a slip of the pen leaves nothing behind for whoever reads the wrong address.
  await em.execute(
    'update account_links set ended_at = now() where user_id = ? and purpose = ? and ended_at is null and email <> ?',
    [userId, purpose, email],
    'run',
  );
  const id = v7();
  const [{ expiresAt } = { expiresAt: '' }] = await em.execute<{ expiresAt: string }[]>(
    `insert into account_links (id, user_id, purpose, email, expires_at) values (?, ?, ?, ?, now() + ? * interval '1 s')
     returning ${utc('expires_at')} as "expiresAt"`,
    [id, userId, purpose, email, linkSeconds[purpose]],
  );
  const data = { userId, linkId: id, purpose, expiresAt };
  unit.publish(AccountLinkRequested.create({ aggregateId: userId, aggregateVersion: version, data }));
  return true;
}
