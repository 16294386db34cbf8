import { createHash } from 'node:crypto';
import type { Database, UnitOfWork } from '../postgres/database.ts';
import type { Principal } from './access.ts';
import { Problem, badRequest } from './problem.ts';
import type { Reply } from './route.ts';
import { Type } from 'typebox';

/** For a route's `requestHeaders`, so that the key is documented. */
export const IdempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({ pattern: '^[\\x21-\\x7e]{1,200}$', description: 'The same key and body get the same answer for a day' }),
  ),
});

/** What of a request decides whether it is the same one again. */
export interface IdempotentRequest {
  readonly headers: { readonly 'idempotency-key'?: string | string[] | undefined };
  readonly principal: Principal | null;
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

export interface IdempotencyScope {
  /** The route, as in `orders.place`. */
  readonly scope: string;
  /** Whose key it is where nobody is signed in, such as the cart's id. Signed-in users have keys of their own. */
  readonly principal?: string;
}

interface StoredAnswer {
  readonly request_hash: string;
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

/**
 * Runs `work` in a transaction, once per `Idempotency-Key`: the key is inserted first and committed with the effect. The same key and
 * request get the first one's answer. A failure is not kept: nothing was done, so the request may be sent again. Without the header the
 * work just runs.
 *
 * `work` holds a database connection while it runs: what asks for another one, or waits long, is prepared beforehand, or as many callers as the
 * pool has connections wait for each other.
 *
 * Throws 400 for a key that is none, 422 for another request under a used key, 409 with Retry-After while the first one runs.
 */
export async function idempotent(
  database: Database,
  request: IdempotentRequest,
  { scope, principal }: IdempotencyScope,
  work: (unit: UnitOfWork) => Promise<Reply>,
): Promise<Reply> {
  const key = keyOf(request);
  if (key === undefined) return database.transaction(work);
  const owner = request.principal?.userId ?? principal ?? 'anyone';
  const hash = hashOf([request.params, request.query, request.body]);
  return database.transaction(async (unit) => {
    const [lock] = await unit.em.execute<{ held: boolean }[]>('select pg_try_advisory_xact_lock(hashtextextended(?, 0)) as held', [
      JSON.stringify([scope, owner, key]),
    ]);
    if (lock?.held !== true) throw stillRunning();
    const known = await insertKey(unit, [scope, owner, key], hash);
    if (known !== undefined) return replay(known, hash);
    const reply = await work(unit);
    await unit.em.execute('update idempotency_keys set status = ?, headers = ?, body = ? where scope = ? and principal = ? and key = ?', [
      reply.status ?? (reply.body === undefined ? 204 : 200),
      JSON.stringify(reply.headers ?? {}),
      reply.body === undefined ? null : JSON.stringify(reply.body),
      scope,
      owner,
      key,
    ]);
    return reply;
  });
}

function keyOf({ headers }: IdempotentRequest): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && /^[\x21-\x7e]{1,200}$/.test(key)) return key;
  throw badRequest('Idempotency-Key is not valid', [
    { field: 'idempotency-key', rule: 'pattern', message: 'must have 1 to 200 printable characters without blanks' },
  ]);
}

/** Inserts the key; answers what is stored under it where it was used before. */
async function insertKey(unit: UnitOfWork, names: readonly string[], hash: string): Promise<StoredAnswer | undefined> {
  const inserted = await unit.em.execute<object[]>(
    'insert into idempotency_keys (scope, principal, key, request_hash) values (?, ?, ?, ?) on conflict do nothing returning key',
    [...names, hash],
  );
  if (inserted.length > 0) return undefined;
  const [known] = await unit.em.execute<StoredAnswer[]>(
    'select request_hash, status, headers, body from idempotency_keys where scope = ? and principal = ? and key = ?',
    [...names],
  );
  if (known === undefined) throw stillRunning(); // it went between the two statements: its time was over
  return known;
}

function replay({ request_hash, status, headers, body }: StoredAnswer, hash: string): Reply {
  if (request_hash !== hash) {
    throw new Problem({
      status: 422,
      code: 'idempotency_key_reused',
      title: 'Idempotency key reused',
      detail: 'This Idempotency-Key was used for another request',
      errors: [{ field: 'idempotency-key', rule: 'reused', message: 'was used for another request' }],
    });
  }
  return { status, headers: { ...headers, 'idempotent-replay': 'true' }, ...(body === null ? {} : { body }) };
}

function stillRunning(): Problem {
  return new Problem({
    status: 409,
    code: 'request_in_progress',
    title: 'Request in progress',
    detail: 'The first request with this Idempotency-Key is still running',
    headers: { 'retry-after': '1' },
  });
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}

/** JSON whose members are sorted: their order makes no other request. */
function canonical(value: unknown): string {
  if (Buffer.isBuffer(value)) return value.toString('base64');
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
