import { createHash } from 'node:crypto';
import type { Database } from '@cartwright/kernel/postgres/database';
import { delayAfter } from '../domain/login-delay.ts';
import type { LoginFailures } from '../ports.ts';

/** Failures are forgotten when the last one is this old. */
const forgottenAfter = `interval '1 hour'`;

export function loginFailuresIn(database: Database): LoginFailures {
  return {
    async waitSeconds(key) {
      const [row] = await database.sql<{ failures: number; ago: number }>(
        `select failures, extract(epoch from now() - last_at)::float8 as ago from login_failures
         where key = ? and last_at > now() - ${forgottenAfter}`,
        [hashed(key)],
      );
      return row === undefined ? 0 : Math.max(0, Math.ceil(delayAfter(row.failures) - row.ago));
    },
    async failed(key) {
      await database.sql(
        `insert into login_failures (key, failures) values (?, 1) on conflict (key) do update set last_at = now(),
           failures = case when login_failures.last_at > now() - ${forgottenAfter} then login_failures.failures + 1 else 1 end`,
        [hashed(key)],
      );
    },
    async succeeded(key) {
      await database.sql('delete from login_failures where key = ?', [hashed(key)]);
    },
  };
}

/** Who tried from where is nobody's business: only equality counts. */
function hashed(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}
