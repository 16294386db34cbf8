import type { Database } from '@cartwright/kernel/postgres/database';
import { v7 } from 'uuid';
import type { SecurityLog } from '../ports.ts';
import type { AccountLinks, ForgottenPasswords } from '../link-ports.ts';

const mostAtOnce = 20;

export interface ForgottenPasswordsParts {
  readonly links: Pick<AccountLinks, 'request'>;
  readonly log: Pick<SecurityLog, 'record'>;
}

/** Requests in auth's own database, until a replica sees to them; the addresses in them are kept no longer. */
export function forgottenPasswordsIn(
  database: Database,
  { links, log }: ForgottenPasswordsParts,
): ForgottenPasswords & { work(): Promise<number> } {
  return {
    async keep(email, network) {
      await database.sql('insert into forgotten_passwords (id, email, network) values (?, ?, ?)', [v7(), email, network ?? null]);
    },

    /** Has links sent to those who asked and have an account. Answers how many had asked. */
    work: () =>
      database.transaction(async (unit) => {
        const asked = await unit.em.execute<{ email: string; network: string | null }[]>(
          `delete from forgotten_passwords where id in
             (select id from forgotten_passwords order by id limit ? for update skip locked) returning email, network`,
          [mostAtOnce],
        );
        for (const { email, network } of asked) {
          const [user] = await unit.em.execute<{ id: string }[]>('select id from users where email = ?', [email]);
          if (user !== undefined) await links.request({ userId: user.id, purpose: 'reset', email }, unit);
          const entry = { userId: user?.id ?? null, kind: 'password_reset_requested', network: network ?? undefined } as const;
          await log.record(entry, unit);
        }
        return asked.length;
      }),
  };
}
