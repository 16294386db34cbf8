import argon2 from 'argon2';
import type { PasswordHasher } from '../ports.ts';

/** OWASP's second recommendation for Argon2id: 19 MiB, two passes, one lane (Password Storage Cheat Sheet). */
const parameters = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** More at a time would take the cores from all other routes, and not be faster. */
const atATime = 2;

export async function argon2Hasher(): Promise<PasswordHasher> {
  const limit = limiter(atATime);
  const nobodysHash = await argon2.hash('nobody has this password', parameters);
  return {
    hash: (password) => limit(() => argon2.hash(password, parameters)),
    async verify(hash, password) {
      const matches = await limit(() => argon2.verify(hash ?? nobodysHash, password));
      return hash !== undefined && matches;
    },
    needsRehash: (hash) => argon2.needsRehash(hash, parameters),
  };
}

/** Lets so many run at a time; others wait in the order in which they came. */
function limiter(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= most) await new Promise<void>((go) => waiting.push(go));
    else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
