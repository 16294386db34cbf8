import type { UnitOfWork } from '@cartwright/kernel/postgres/database';

/** The version of the next event of a user, for events that change nothing of the account itself. undefined: there is no such user. */
export async function nextVersion({ em }: UnitOfWork, userId: string): Promise<number | undefined> {
  const [row] = await em.execute<{ version: number }[]>('update users set version = version + 1 where id = ? returning version', [userId]);
  return row?.version;
}
