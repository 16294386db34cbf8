import { UserRegistered } from '@cartwright/kernel/events/user-registered';
import { UserUpdated } from '@cartwright/kernel/events/user-updated';
import type { Database } from '@cartwright/kernel/postgres/database';
import type { Address } from '@cartwright/kernel/schemas';
import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { v7 } from 'uuid';
import type { Addresses, Credentials, User, Users } from '../ports.ts';
import { utc } from './utc.ts';

const columns = `id, email, name, roles, email_verified_at is not null as "emailVerified", ${utc('created_at')} as "createdAt",
  locale`;

type Row = User & Omit<Credentials, 'user'>;

/** Users in auth's own database. Events carry ids and roles only: nothing that would have to be erased. */
export function usersIn(database: Database): Users {
  const find = async (where: 'email' | 'id', value: string): Promise<Credentials | undefined> => {
    const [row] = await database.sql<Row>(
      `select ${columns}, password_hash as "passwordHash", ${utc('password_since')} as "passwordSince" from users where ${where} = ?`,
      [value],
    );
    if (row === undefined) return undefined;
    const { passwordHash, passwordSince, ...user } = row;
    return { user, passwordHash, passwordSince };
  };
  return {
    byEmail: (email) => find('email', email),
    byId: (id) => find('id', id),
    async withRoles(roles) {
      const rows = await database.sql<{ id: string }>(
        `select id from users where roles <> '["customer"]'::jsonb
           and exists (select 1 from jsonb_array_elements_text(roles) as role where role = any (?::text[])) order by id`,
        [`{${roles.join(',')}}`],
      );
      return rows.map(({ id }) => id);
    },
    add: ({ id, email, name, roles, locale = null }, passwordHash, also) =>
      database.transaction(async (unit) => {
        const [added] = await unit.em.execute<User[]>(
          `insert into users (id, email, name, password_hash, roles, locale, version) values (?, ?, ?, ?, ?::jsonb, ?, 1)
           on conflict (email) do nothing returning ${columns}`,
          [id, email, name, passwordHash, JSON.stringify(roles), locale],
        );
        if (added === undefined) return undefined;
        unit.publish(UserRegistered.create({ aggregateId: id, aggregateVersion: 1, data: { userId: id, roles: [...roles] } }));
        await also?.(unit);
        return added;
      }),
    change: (id, { name, locale, passwordHash, roles, emailVerified }, also) =>
      database.transaction(async (unit) => {
        const [user] = await unit.em.execute<(User & { version: number })[]>(
          `update users set name = coalesce(?, name), password_hash = coalesce(?, password_hash), roles = coalesce(?::jsonb, roles),
             password_since = case when ?::text is null then password_since else clock_timestamp() end,
             locale = case when ?::boolean then ?::text else locale end,
             email_verified_at = case when ?::boolean then coalesce(email_verified_at, now()) else email_verified_at end,
             version = version + 1, updated_at = now() where id = ? returning ${columns}, version`,
          [
            ...[name ?? null, passwordHash ?? null, roles === undefined ? null : JSON.stringify(roles)],
            ...[passwordHash ?? null, locale !== undefined, locale ?? null, emailVerified ?? false, id],
          ],
        );
        if (user === undefined) return undefined;
        const { version, ...changed } = user;
        unit.publish(UserUpdated.create({ aggregateId: id, aggregateVersion: version, data: { userId: id, roles: [...changed.roles] } }));
        await also?.(unit);
        return changed;
      }),
    moveTo: (id, email, also) =>
      database
        .transaction(async (unit) => {
          const [user] = await unit.em.execute<(Pick<User, 'roles'> & { version: number })[]>(
            `update users set email = ?, email_verified_at = now(), version = version + 1, updated_at = now()
             where id = ? returning roles, version`,
            [email, id],
          );
          if (user === undefined) return 'gone' as const;
          const data = { userId: id, roles: [...user.roles] };
          unit.publish(UserUpdated.create({ aggregateId: id, aggregateVersion: user.version, data }));
          await also(unit);
          return 'moved' as const;
        })
        .catch((error: unknown) => {
          if (error instanceof UniqueConstraintViolationException) return 'taken' as const;
          throw error;
        }),
    async rehash({ user, passwordHash }, better) {
      await database.sql('update users set password_hash = ? where id = ? and password_hash = ?', [better, user.id, passwordHash]);
    },
    remove: (id, also) =>
      database.transaction(async (unit) => {
        const [gone] = await unit.em.execute<{ version: number }[]>('delete from users where id = ? returning version', [id]);
        if (gone === undefined) return false;
        await unit.em.execute('insert into erasures (user_id, version) values (?, ?)', [id, gone.version + 1], 'run');
        await also?.(unit);
        return true;
      }),
  };
}

/** More is no address book. Two at once may pass it by one. */
const mostAddresses = 50;

export function addressesIn(database: Database): Addresses {
  return {
    list: (userId) =>
      database.sql<{ id: string; address: Address }>('select id, address from addresses where user_id = ? order by id', [userId]),
    async add(userId, address) {
      const id = v7();
      const added = await database.sql(
        `insert into addresses (id, user_id, address) select ?, ?, ?::jsonb
         where (select count(*) from addresses where user_id = ?) < ? returning id`,
        [id, userId, JSON.stringify(address), userId, mostAddresses],
      );
      return added.length === 0 ? undefined : id;
    },
    async replace(userId, id, address) {
      const rows = await database.sql('update addresses set address = ?::jsonb where id = ? and user_id = ? returning id', [
        JSON.stringify(address),
        id,
        userId,
      ]);
      return rows.length > 0;
    },
    async remove(userId, id) {
      return (await database.sql('delete from addresses where id = ? and user_id = ? returning id', [id, userId])).length > 0;
    },
  };
}
