import { createHash, randomBytes } from 'node:crypto';
import type { Database } from '@cartwright/kernel/postgres/database';
import { challengeSeconds, triesOfChallenge } from '../domain/second-factor.ts';
import type { LoginChallenge, LoginChallenges } from '../ports.ts';

const isGood = 'tries_left > 0 and expires_at > now()';

/** Log-ins that wait for their second factor, in auth's own database; times are the database's. */
export function loginChallengesIn(database: Database): LoginChallenges & { forgetOld(): Promise<void> } {
  return {
    async open({ userId, passwordSince }) {
      const token = randomBytes(32).toString('base64url');
      await database.sql(
        `insert into login_challenges (hash, user_id, password_since, tries_left, expires_at) values (?, ?, ?, ?, now() + ? * interval '1 s')`,
        [hashOf(token), userId, passwordSince, triesOfChallenge, challengeSeconds],
      );
      return token;
    },

    async read(token) {
      const [row] = await database.sql<Omit<LoginChallenge, 'token'>>(
        `select user_id as "userId", password_since as "passwordSince" from login_challenges where hash = ? and ${isGood}`,
        [hashOf(token)],
      );
      return row === undefined ? undefined : { token, ...row };
    },

    async spendTry(token) {
      const [row] = await database.sql<{ left: number }>(
        `update login_challenges set tries_left = tries_left - 1 where hash = ? and ${isGood} returning tries_left as left`,
        [hashOf(token)],
      );
      return row?.left;
    },

    async close({ em }, token) {
      return (
        (await em.execute<object[]>(`delete from login_challenges where hash = ? and ${isGood} returning hash`, [hashOf(token)])).length > 0
      );
    },

    async forgetOld() {
      await database.sql('delete from login_challenges where expires_at < now()');
    },
  };
}

/** 256 random bits need no slow hash. */
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
