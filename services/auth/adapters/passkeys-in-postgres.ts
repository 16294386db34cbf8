import type { Database } from '@cartwright/kernel/postgres/database';
import { v7 } from 'uuid';
import { passkeyChallengeSeconds } from '../domain/passkeys.ts';
import type { Passkey, PasskeyChallenges, Passkeys, StoredPasskey } from '../passkey-ports.ts';
import { utc } from './utc.ts';

/** More is no key ring. */
const mostPasskeys = 20;
const columns = `id, name, ${utc('created_at')} as "createdAt", ${utc('last_used_at')} as "lastUsedAt", backed_up as "isBackedUp"`;

type StoredRow = Omit<StoredPasskey, 'publicKey' | 'counter'> & { readonly publicKey: string; readonly counter: string };

export function passkeysIn(database: Database): Passkeys {
  return {
    async add({ em }, { userId, name, credentialId, publicKey, counter, transports, isBackedUp }) {
      // Those who add to the same account wait for each other, so that all are counted.
      await em.execute('select id from users where id = ? for update', [userId]);
      const [added] = await em.execute<Passkey[]>(
        `insert into passkeys (id, user_id, name, credential_id, public_key, counter, transports, backed_up)
         select ?, ?, ?, ?, decode(?, 'hex'), ?, ?::jsonb, ? where (select count(*) from passkeys where user_id = ?) < ?
         on conflict do nothing returning ${columns}`,
        [
          ...[v7(), userId, name, credentialId, Buffer.from(publicKey).toString('hex'), counter, JSON.stringify(transports), isBackedUp],
          ...[userId, mostPasskeys],
        ],
      );
      return added;
    },

    list: (userId) => database.sql<Passkey>(`select ${columns} from passkeys where user_id = ? order by id`, [userId]),

    credentialsOf: (userId) =>
      database.sql<{ credentialId: string; transports: string[] }>(
        'select credential_id as "credentialId", transports from passkeys where user_id = ? order by id',
        [userId],
      ),

    async byCredential(credentialId) {
      const [row] = await database.sql<StoredRow>(
        `select id, user_id as "userId", credential_id as "credentialId", encode(public_key, 'hex') as "publicKey", counter::text as counter,
           transports, backed_up as "isBackedUp" from passkeys where credential_id = ?`,
        [credentialId],
      );
      if (row === undefined) return undefined;
      return { ...row, publicKey: new Uint8Array(Buffer.from(row.publicKey, 'hex')), counter: Number(row.counter) };
    },

    async use({ em }, id, { counter, isBackedUp }) {
      // Devices that do not count say 0 each time.
      const used = await em.execute<object[]>(
        `update passkeys set counter = ?, backed_up = ?, last_used_at = now()
         where id = ? and (counter < ? or (counter = 0 and ? = 0)) returning id`,
        [counter, isBackedUp, id, counter, counter],
      );
      return used.length > 0;
    },

    async rename(userId, id, name) {
      const [renamed] = await database.sql<Passkey>(`update passkeys set name = ? where id = ? and user_id = ? returning ${columns}`, [
        name,
        id,
        userId,
      ]);
      return renamed;
    },

    async remove({ em }, userId, id) {
      return (await em.execute<object[]>('delete from passkeys where id = ? and user_id = ? returning id', [id, userId])).length > 0;
    },
  };
}

/** Challenges in auth's own database; times are the database's. */
export function passkeyChallengesIn(database: Database): PasskeyChallenges & { forgetOld(): Promise<void> } {
  return {
    async keep(challenge, userId) {
      await database.sql(`insert into passkey_challenges (challenge, user_id, expires_at) values (?, ?, now() + ? * interval '1 s')`, [
        challenge,
        userId,
        passkeyChallengeSeconds,
      ]);
    },
    async take(challenge, userId) {
      const taken = await database.sql<{ isGood: boolean }>(
        `delete from passkey_challenges where challenge = ?
         returning expires_at > now() and user_id is not distinct from ?::uuid as "isGood"`,
        [challenge, userId],
      );
      return taken[0]?.isGood === true;
    },
    async forgetOld() {
      await database.sql('delete from passkey_challenges where expires_at < now()');
    },
  };
}
