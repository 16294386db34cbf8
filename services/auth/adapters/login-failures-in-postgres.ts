import { createHash } from 'node:crypto';
import type { Database } from '@cartwright/kernel/postgres/database';
import { delays } from '../domain/login-delay.ts';
import type { Guessed, LoginFailures } from '../ports.ts';

/** Failures are forgotten when the last one is this old. */
const forgottenAfter = `interval '1 hour'`;
const isForgotten = `login_failures.last_at < now() - ${forgottenAfter}`;

/** When the next try may be made, as SQL. */
function mayTryAt(guessed: Guessed): string {
  const list = delays(guessed);
  return `login_failures.last_at + make_interval(secs => (array[${list.join(',')}])[least(login_failures.failures, ${String(list.length - 1)}) + 1])`;
}
const mayTry: Readonly<Record<Guessed, string>> = { password: mayTryAt('password'), account: mayTryAt('account'), code: mayTryAt('code') };

export function loginFailuresIn(database: Database): LoginFailures & { forgetOld(): Promise<void> } {
  return {
    async begin(key, guessed = 'password') {
      // Not now(): a statement that waited for another one's row would be older than what it finds there.
      const begun = await database.sql(
        `insert into login_failures (key, failures) values (?, 1) on conflict (key) do update
           set last_at = clock_timestamp(), failures = case when ${isForgotten} then 1 else login_failures.failures + 1 end
         where ${mayTry[guessed]} <= clock_timestamp() returning failures`,
        [hashed(key)],
      );
      if (begun.length > 0) return 0;
      const [row] = await database.sql<{ seconds: number }>(
        `select ceil(extract(epoch from ${mayTry[guessed]} - clock_timestamp()))::int as seconds from login_failures where key = ?`,
        [hashed(key)],
      );
      return Math.max(1, row?.seconds ?? 1);
    },
    async succeeded(key) {
      await database.sql('delete from login_failures where key = ?', [hashed(key)]);
    },
    /** Removes what does not count any more: anybody can make rows by inventing addresses. */
    async forgetOld() {
      await database.sql(`delete from login_failures where ${isForgotten}`);
    },
  };
}

/** Who tried from where is nobody's business: only equality counts. */
function hashed(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}
