import type { FieldError } from '@cartwright/kernel/http/problem';
import type { Database, UnitOfWork } from '@cartwright/kernel/postgres/database';
import type { CsvColumn } from '../domain/csv-rows.ts';

export interface ImportCounts {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly failed: number;
}

export interface LineError {
  /** From 1. */
  readonly line: number;
  readonly errors: readonly FieldError[];
}

/** How far an import has come. Times are ISO 8601. */
export interface ImportProgress extends ImportCounts {
  readonly id: string;
  readonly author: string;
  readonly format: 'ndjson' | 'csv';
  readonly replaces: boolean;
  readonly state: 'running' | 'done';
  /** The last line that is done. */
  readonly lines: number;
  readonly digest: string;
  readonly columns: CsvColumn[] | null;
  readonly removed: number;
  readonly startedAt: string;
  readonly finishedAt: string | null;
}

export type NewImport = Pick<ImportProgress, 'id' | 'author' | 'format' | 'replaces'>;

/** A stretch of lines that is done. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly digest: string;
  readonly counts: ImportCounts;
  readonly errors: readonly LineError[];
}

/** Thrown by advance: another upload has gone on with the import. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

export interface Imports {
  /** Begins one, or takes the one with this id when nobody works on it. `busy`: somebody does. */
  take(wanted: NewImport): Promise<ImportProgress | 'busy'>;
  keepColumns(id: string, columns: readonly CsvColumn[]): Promise<void>;
  /** Within the transaction of the lines themselves. Throws Overtaken. */
  advance(unit: UnitOfWork, id: string, stretch: Stretch): Promise<void>;
  finish(id: string, removed: number): Promise<void>;
  /** Another upload may go on at once. */
  release(id: string): Promise<void>;
  byId(id: string): Promise<ImportProgress | undefined>;
  list(limit: number, before?: string): Promise<ImportProgress[]>;
  errors(id: string, limit: number, after?: number): Promise<LineError[]>;
}

const iso = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const columns = `id, author, format, replaces, state, lines, digest, columns, created, updated, unchanged, removed, failed,
  ${iso('started_at')} as "startedAt", ${iso('finished_at')} as "finishedAt"`;
/** A line is described while there are fewer; a file of another kind would fill the table. */
const mostErrors = 10_000;
const lease = `now() + interval '30 seconds'`;

export function importsIn(database: Database): Imports {
  return {
    async take({ id, author, format, replaces }) {
      await database.sql('insert into imports (id, author, format, replaces) values (?, ?, ?, ?) on conflict (id) do nothing', [
        ...[id, author, format, replaces],
      ]);
      const [taken] = await database.sql<ImportProgress>(
        `update imports set leased_until = case when state = 'running' then ${lease} end
         where id = ? and (leased_until is null or leased_until < now()) returning ${columns}`,
        [id],
      );
      return taken ?? 'busy';
    },
    async keepColumns(id, names) {
      await database.sql('update imports set columns = ?::jsonb where id = ?', [JSON.stringify(names), id]);
    },
    async advance(unit, id, { from, to, digest, counts, errors }) {
      const { created, updated, unchanged, failed } = counts;
      const moved = await unit.em.execute<{ failed: number }[]>(
        `update imports set lines = ?, digest = ?, created = created + ?, updated = updated + ?, unchanged = unchanged + ?, failed = failed + ?,
           leased_until = ${lease} where id = ? and lines = ? and state = 'running' returning failed`,
        [to, digest, created, updated, unchanged, failed, id, from],
      );
      const [now] = moved;
      if (now === undefined) throw new Overtaken(`Import ${id} is not at line ${String(from)} any more`);
      if (errors.length === 0 || now.failed > mostErrors) return;
      await unit.em.execute(
        `insert into import_errors (import_id, line, errors) select ?, line, errors from jsonb_to_recordset(?::jsonb) as e(line int, errors jsonb)
         on conflict do nothing`,
        [id, JSON.stringify(errors)],
        'run',
      );
    },
    async finish(id, removed) {
      await database.sql(
        `update imports set state = 'done', removed = ?, finished_at = now(), leased_until = null where id = ? and state = 'running'`,
        [removed, id],
      );
    },
    async release(id) {
      await database.sql('update imports set leased_until = null where id = ?', [id]);
    },
    byId: async (id) => (await database.sql<ImportProgress>(`select ${columns} from imports where id = ?`, [id]))[0],
    list: (limit, before) =>
      database.sql<ImportProgress>(
        `select ${columns} from imports ${before === undefined ? '' : 'where id < ?'} order by id desc limit ?`,
        before === undefined ? [limit] : [before, limit],
      ),
    errors: (id, limit, after = 0) =>
      database.sql<LineError>('select line, errors from import_errors where import_id = ? and line > ? order by line limit ?', [
        ...[id, after, limit],
      ]),
  };
}
