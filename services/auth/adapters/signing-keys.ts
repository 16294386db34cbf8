import type { Database, UnitOfWork } from '@cartwright/kernel/postgres/database';
import { audience, issuer } from '@cartwright/kernel/http/tokens';
import { SignJWT, exportJWK, generateKeyPair, importJWK } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import { v7 } from 'uuid';
import type { SecurityLog, SigningKeys, TokenSigner } from '../ports.ts';
import { utc } from './utc.ts';

/** How long an access token lives. Until then a revoked session is refused by the list of revocations. */
export const accessTokenSeconds = 300;

const algorithm = 'EdDSA';
const lockKey = 7_203_101;
/** A key signs for so long. */
const signsFor = `interval '30 days'`;
/** From being published to signing: longer than anybody keeps the key set (this service says five minutes, ours keep it for two). */
const overlap = `interval '15 minutes'`;
/** From the last signature to the end of what it signed, clocks that differ included. */
const outlives = `interval '${String(accessTokenSeconds + 300)} s'`;
/** For so long a replica signs with the key that it knows before it looks for another. */
const rememberedMs = 10_000;

/** When the key was followed by another. Null: it signs, or will. */
const followedAt = `(select min(n.signs_from) from signing_keys n where n.withdrawn_at is null and n.signs_from > k.signs_from)`;

/**
 * Keys in auth's own database. One that is due signs, for thirty days; its follower is published fifteen minutes before it signs, and the key set holds
 * each as long as tokens that it signed may live. Replicas and times agree by the database.
 */
export async function signingKeysIn(
  database: Database,
  log: Pick<SecurityLog, 'record'>,
  now: () => number = Date.now,
): Promise<SigningKeys & TokenSigner> {
  let known: { readonly at: number; readonly key: Promise<SigningKey> } | undefined;
  const current = (): Promise<SigningKey> => {
    if (known === undefined || now() - known.at > rememberedMs) {
      const key = readSigningKey(database);
      known = { at: now(), key };
      key.catch(() => (known = undefined));
    }
    return known.key;
  };

  const rotation = <T>(work: (unit: UnitOfWork) => Promise<T>): Promise<T> =>
    database.transaction(async (unit) => {
      await unit.em.execute('select pg_advisory_xact_lock(?)', [lockKey]);
      return work(unit);
    });

  const keys: SigningKeys = {
    rotateIfDue: () =>
      rotation(async (unit) => {
        await unit.em.execute(
          `delete from signing_keys k where withdrawn_at < now() - interval '1 day' or ${followedAt} < now() - interval '1 day'`,
          [],
          'run',
        );
        const [newest] = await unit.em.execute<{ isOld: boolean }[]>(
          `select signs_from < now() - ${signsFor} as "isOld" from signing_keys where withdrawn_at is null order by signs_from desc limit 1`,
        );
        if (newest?.isOld === false) return false;
        await addKey(unit, newest === undefined ? 'now()' : `now() + ${overlap}`);
        await log.record({ userId: null, kind: 'signing_key_made' }, unit);
        return true;
      }),

    async rotate({ actorId, withdraw }) {
      const made = await rotation(async (unit) => {
        if (withdraw) {
          await unit.em.execute('update signing_keys set withdrawn_at = now() where withdrawn_at is null', [], 'run');
          await log.record({ userId: null, kind: 'signing_key_withdrawn', actorId }, unit);
        }
        const added = await addKey(unit, withdraw ? 'now()' : `now() + ${overlap}`);
        await log.record({ userId: null, kind: 'signing_key_made', actorId }, unit);
        return added;
      });
      known = undefined; // what it signs would be refused
      return made;
    },
  };
  await keys.rotateIfDue();

  return {
    ...keys,
    async sign({ id, roles }, sessionId) {
      const { kid, key } = await current();
      return new SignJWT({ sid: sessionId, roles: [...roles] })
        .setProtectedHeader({ alg: algorithm, kid, typ: 'JWT' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(id)
        .setIssuedAt()
        .setExpirationTime(`${String(accessTokenSeconds)}s`)
        .sign(key);
    },
    async publicKeys() {
      const rows = await database.sql<{ jwk: Record<string, unknown> }>(
        `select public_jwk as jwk from signing_keys k
         where withdrawn_at is null and coalesce(${followedAt} > now() - ${outlives}, true) order by signs_from desc`,
      );
      return { keys: rows.map(({ jwk }) => jwk) };
    },
  };
}

interface SigningKey {
  readonly kid: string;
  readonly key: CryptoKey;
}

async function readSigningKey(database: Database): Promise<SigningKey> {
  const [row] = await database.sql<{ kid: string; privateJwk: JWK }>(
    `select kid, private_jwk as "privateJwk" from signing_keys
     where withdrawn_at is null and signs_from <= now() order by signs_from desc limit 1`,
  );
  if (row === undefined) throw new Error('There is no key that signs');
  return { kid: row.kid, key: (await importJWK(row.privateJwk, algorithm)) as CryptoKey };
}

/** @param signsFrom as SQL */
async function addKey({ em }: UnitOfWork, signsFrom: string): Promise<{ kid: string; signsFrom: string }> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { crv: 'Ed25519', extractable: true });
  const kid = v7();
  const privateJwk = await exportJWK(privateKey);
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' };
  const [added] = await em.execute<{ signsFrom: string }[]>(
    `insert into signing_keys (kid, private_jwk, public_jwk, signs_from) values (?, ?::jsonb, ?::jsonb, ${signsFrom})
     returning ${utc('signs_from')} as "signsFrom"`,
    [kid, JSON.stringify(privateJwk), JSON.stringify(publicJwk)],
  );
  return { kid, signsFrom: added?.signsFrom ?? '' };
}
