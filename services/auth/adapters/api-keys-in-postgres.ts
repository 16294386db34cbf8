import { timingSafeEqual } from 'node:crypto';
import type { Database } from '@cartwright/kernel/postgres/database';
import { v7 } from 'uuid';
import type { ApiKey, ApiKeys, SecurityLog, Unit } from '../ports.ts';
import { utc } from './utc.ts';

const columns = `k.id, k.name, k.permissions, s.prefix, k.created_by as "createdBy", ${utc('k.created_at')} as "createdAt",
  ${utc('k.expires_at')} as "expiresAt", ${utc('k.revoked_at')} as "revokedAt", ${utc('k.last_used_at')} as "lastUsedAt"`;
const newest = 'api_keys k join api_key_secrets s on s.key_id = k.id and s.ends_at is null';
const counts = 'k.revoked_at is null and k.expires_at > now()';

/** Keys of machines in auth's own database; times are the database's. */
export function apiKeysIn(database: Database, log: Pick<SecurityLog, 'record'>): ApiKeys & { forgetOld(): Promise<void> } {
  async function find({ em }: Unit, id: string): Promise<ApiKey> {
    const [key] = await em.execute<ApiKey[]>(`select ${columns} from ${newest} where k.id = ?`, [id]);
    if (key === undefined) throw new Error(`The API key ${id} is gone`);
    return key;
  }

  return {
    add: ({ name, permissions, days, actorId, prefix, hash }) =>
      database.transaction(async (unit) => {
        const id = v7();
        await unit.em.execute(
          `insert into api_keys (id, name, permissions, created_by, expires_at) values (?, ?, ?::jsonb, ?, now() + ? * interval '1 day')`,
          [id, name, JSON.stringify(permissions), actorId, days],
          'run',
        );
        await unit.em.execute('insert into api_key_secrets (prefix, key_id, hash) values (?, ?, ?)', [prefix, id, hash], 'run');
        await log.record({ userId: null, kind: 'api_key_made', actorId, subjectId: id }, unit);
        return find(unit, id);
      }),

    list: ({ beforeId, limit }) =>
      database.sql<ApiKey>(`select ${columns} from ${newest} where (?::uuid is null or k.id < ?::uuid) order by k.id desc limit ?`, [
        beforeId ?? null,
        beforeId ?? null,
        limit,
      ]),

    rotate: (id, { prefix, hash, overlapSeconds, days, actorId }) =>
      database.transaction(async (unit) => {
        // Two that rotate at once wait for each other here.
        const [key] = await unit.em.execute<object[]>(`select k.id from api_keys k where k.id = ? and ${counts} for update`, [id]);
        if (key === undefined) return undefined;
        // Secrets of earlier rotations go on no longer than this one lets its own.
        await unit.em.execute(
          `update api_key_secrets set ends_at = least(ends_at, now() + ? * interval '1 s') where key_id = ?`,
          [overlapSeconds, id],
          'run',
        );
        await unit.em.execute('insert into api_key_secrets (prefix, key_id, hash) values (?, ?, ?)', [prefix, id, hash], 'run');
        if (days !== undefined)
          await unit.em.execute(`update api_keys set expires_at = now() + ? * interval '1 day' where id = ?`, [days, id], 'run');
        await log.record({ userId: null, kind: 'api_key_rotated', actorId, subjectId: id }, unit);
        return find(unit, id);
      }),

    revoke: (id, actorId) =>
      database.transaction(async (unit) => {
        const revoked = await unit.em.execute<object[]>(
          'update api_keys set revoked_at = now() where id = ? and revoked_at is null returning id',
          [id],
        );
        if (revoked.length === 0) return false;
        await log.record({ userId: null, kind: 'api_key_revoked', actorId, subjectId: id }, unit);
        return true;
      }),

    async check({ prefix, hash }) {
      const [found] = await database.sql<Pick<ApiKey, 'id' | 'permissions'> & { hash: string; isUnnoted: boolean }>(
        `select k.id, k.permissions, s.hash, coalesce(k.last_used_at < now() - interval '1 minute', true) as "isUnnoted"
         from api_key_secrets s join api_keys k on k.id = s.key_id
         where s.prefix = ? and ${counts} and (s.ends_at is null or s.ends_at > now())`,
        [prefix],
      );
      if (found === undefined || !isSame(found.hash, hash)) return undefined;
      const { id, permissions, isUnnoted } = found;
      if (isUnnoted) await database.sql('update api_keys set last_used_at = now() where id = ?', [id]);
      return { id, permissions };
    },

    /** Removes secrets that were rotated away; the keys stay in the list. */
    async forgetOld() {
      await database.sql('delete from api_key_secrets where ends_at < now()');
    },
  };
}

function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
