import type { Database } from '@cartwright/kernel/postgres/database';
import type { SecondFactor, SecondFactors } from '../ports.ts';
import type { SealedSecrets } from './sealed-secrets.ts';
import { utc } from './utc.ts';

type Row = Omit<SecondFactor, 'secret'> & { readonly sealed: string };

/** Second factors in auth's own database, their secrets sealed. */
export function secondFactorsIn(database: Database, { seal, open }: SealedSecrets): SecondFactors {
  return {
    async propose(userId, secret) {
      const kept = await database.sql(
        `insert into second_factors (user_id, sealed_secret) values (?, ?)
         on conflict (user_id) do update set sealed_secret = excluded.sealed_secret, created_at = now()
         where second_factors.confirmed_at is null returning user_id`,
        [userId, seal(secret, userId)],
      );
      return kept.length > 0;
    },

    async find(userId) {
      const [row] = await database.sql<Row>(
        `select user_id as "userId", sealed_secret as sealed, ${utc('confirmed_at')} as "confirmedAt",
           (select count(*)::int from recovery_codes c where c.user_id = f.user_id and used_at is null) as "recoveryCodesLeft"
         from second_factors f where user_id = ?`,
        [userId],
      );
      if (row === undefined) return undefined;
      const { sealed, ...factor } = row;
      return { ...factor, secret: open(sealed, userId) };
    },

    async confirm({ em }, { userId, secret }, step) {
      const [row] = await em.execute<{ sealed: string }[]>(
        'select sealed_secret as sealed from second_factors where user_id = ? and confirmed_at is null for update',
        [userId],
      );
      if (row === undefined || open(row.sealed, userId) !== secret) return false;
      await em.execute('update second_factors set confirmed_at = now(), last_step = ? where user_id = ?', [step, userId], 'run');
      return true;
    },

    async useStep({ em }, userId, step) {
      const used = await em.execute<object[]>(
        'update second_factors set last_step = ? where user_id = ? and confirmed_at is not null and last_step < ? returning user_id',
        [step, userId, step],
      );
      return used.length > 0;
    },

    async useRecoveryCode({ em }, userId, hash) {
      const used = await em.execute<object[]>(
        'update recovery_codes set used_at = now() where user_id = ? and hash = ? and used_at is null returning user_id',
        [userId, hash],
      );
      return used.length > 0;
    },

    async replaceRecoveryCodes({ em }, userId, hashes) {
      await em.execute('delete from recovery_codes where user_id = ?', [userId], 'run');
      const rows = hashes.map(() => '(?, ?)').join(', ');
      await em.execute(
        `insert into recovery_codes (user_id, hash) values ${rows}`,
        hashes.flatMap((hash) => [userId, hash]),
        'run',
      );
    },

    async remove({ em }, userId) {
      await em.execute('delete from recovery_codes where user_id = ?', [userId], 'run');
      return (await em.execute<object[]>('delete from second_factors where user_id = ? returning user_id', [userId])).length > 0;
    },
  };
}
