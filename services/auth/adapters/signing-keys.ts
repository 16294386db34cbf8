import type { Database } from '@cartwright/kernel/postgres/database';
import { audience, issuer } from '@cartwright/kernel/http/tokens';
import { SignJWT, exportJWK, generateKeyPair, importJWK } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import { v7 } from 'uuid';
import type { TokenSigner } from '../ports.ts';

/** How long an access token lives. Until then a revoked session is refused by the list of revocations. */
export const accessTokenSeconds = 300;

const algorithm = 'EdDSA';
const lockKey = 7_203_101;

/** Signs with the newest key of the database. The first service that starts makes one; others wait for it. */
export async function tokenSigner(database: Database): Promise<TokenSigner> {
  const { kid, privateJwk } = await newestKey(database);
  const key = (await importJWK(privateJwk, algorithm)) as CryptoKey;
  return {
    sign: ({ id, roles }, sessionId) =>
      new SignJWT({ sid: sessionId, roles: [...roles] })
        .setProtectedHeader({ alg: algorithm, kid, typ: 'JWT' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(id)
        .setIssuedAt()
        .setExpirationTime(`${String(accessTokenSeconds)}s`)
        .sign(key),
    async publicKeys() {
      const rows = await database.sql<{ jwk: Record<string, unknown> }>(
        'select public_jwk as jwk from signing_keys order by created_at desc',
      );
      return { keys: rows.map(({ jwk }) => jwk) };
    },
  };
}

function newestKey(database: Database): Promise<{ kid: string; privateJwk: JWK }> {
  return database.transaction(async ({ em }) => {
    await em.execute('select pg_advisory_xact_lock(?)', [lockKey]);
    const [known] = await em.execute<{ kid: string; privateJwk: JWK }[]>(
      'select kid, private_jwk as "privateJwk" from signing_keys order by created_at desc limit 1',
    );
    if (known !== undefined) return known;
    const { privateKey, publicKey } = await generateKeyPair(algorithm, { crv: 'Ed25519', extractable: true });
    const kid = v7();
    const privateJwk = await exportJWK(privateKey);
    const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' };
    await em.execute(
      'insert into signing_keys (kid, private_jwk, public_jwk) values (?, ?::jsonb, ?::jsonb)',
      [kid, JSON.stringify(privateJwk), JSON.stringify(publicJwk)],
      'run',
    );
    return { kid, privateJwk };
  });
}
