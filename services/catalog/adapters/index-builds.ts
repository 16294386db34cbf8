import { randomBytes } from 'node:crypto';
import type { Database } from '@cartwright/kernel/postgres/database';

/** A build that is under way, or how the last one went. Times are ISO 8601. */
export interface BuildProgress {
  readonly state: 'building' | 'live';
  readonly done: number;
  readonly total: number;
  readonly startedAt: string;
  readonly finishedAt: string | null;
}

export interface Build {
  readonly name: string;
  /** Products up to this one are in it. */
  readonly lastId: string | undefined;
}

/** Which indices there are, in catalog's Postgres: every copy of the service sees the same. */
export interface IndexBuilds {
  /** Those that changes are written to: the one that is asked, and one that is being built. */
  targets(): Promise<string[]>;
  live(): Promise<string | undefined>;
  /** Begins a build, unless one is under way. */
  begin(): Promise<void>;
  /** Takes a build that nobody works on. Whoever works on it has to `advance` it every 30 s, or another one takes it. */
  take(): Promise<Build | undefined>;
  advance(name: string, lastId: string, done: number): Promise<void>;
  /** The build becomes the index that is asked, and the one before is forgotten. */
  finish(name: string): Promise<void>;
  abandon(name: string): Promise<void>;
  /** Lets another one take the build at once. */
  release(name: string): Promise<void>;
  /** The build that is under way, else the last one. */
  progress(): Promise<BuildProgress | undefined>;
}

export function indexBuilds(database: Database, alias: string): IndexBuilds {
  const names = async (where: string): Promise<string[]> =>
    (await database.sql<{ name: string }>(`select name from search_indices where alias = ? and ${where}`, [alias])).map(({ name }) => name);

  return {
    targets: () => names('true'),
    live: async () => (await names(`state = 'live'`))[0],
    async begin() {
      const name = `${alias}-${Date.now().toString(36)}${randomBytes(2).toString('hex')}`;
      await database.sql(
        `insert into search_indices (name, alias, state, total) values (?, ?, 'building', (select count(*) from products))
         on conflict (alias, state) do nothing`,
        [name, alias],
      );
    },
    async take() {
      const [row] = await database.sql<{ name: string; lastId: string | null }>(
        `update search_indices set leased_until = now() + interval '30 seconds'
         where alias = ? and state = 'building' and (leased_until is null or leased_until < now()) returning name, last_id as "lastId"`,
        [alias],
      );
      return row && { name: row.name, lastId: row.lastId ?? undefined };
    },
    async advance(name, lastId, done) {
      await database.sql(
        `update search_indices set last_id = ?, done = done + ?, leased_until = now() + interval '30 seconds' where name = ? and state = 'building'`,
        [lastId, done, name],
      );
    },
    finish: (name) =>
      database.transaction(async (unit) => {
        await unit.em.execute(`delete from search_indices where alias = ? and state = 'live' and name <> ?`, [alias, name], 'run');
        await unit.em.execute(
          `update search_indices set state = 'live', finished_at = now(), leased_until = null where name = ? and state = 'building'`,
          [name],
          'run',
        );
      }),
    async abandon(name) {
      await database.sql('delete from search_indices where name = ?', [name]);
    },
    async release(name) {
      await database.sql('update search_indices set leased_until = null where name = ?', [name]);
    },
    async progress() {
      const iso = (column: string): string => `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
      const [row] = await database.sql<BuildProgress>(
        `select state, done, total, ${iso('started_at')} as "startedAt", ${iso('finished_at')} as "finishedAt"
         from search_indices where alias = ? order by state limit 1`,
        [alias],
      );
      return row;
    },
  };
}
