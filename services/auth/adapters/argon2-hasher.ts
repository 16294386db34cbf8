import { availableParallelism } from 'node:os';
import { unavailable } from '@cartwright/kernel/http/problem';
import argon2 from 'argon2';
import type { PasswordHasher } from '../ports.ts';

/** OWASP's second recommendation for Argon2id: 19 MiB, two passes, one lane (Password Storage Cheat Sheet). */
const parameters = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** One core stays for all other routes. More at a time than there are cores would not be faster. */
const atATime = Math.max(1, availableParallelism() - 1);
/** About three seconds' work. Who comes later is told to come again, instead of waiting longer than anybody listens. */
const mostWaiting = 100;

/** Throws 503 while too many wait. */
export async function argon2Hasher(): Promise<PasswordHasher> {
  const limit = limiter(atATime, mostWaiting);
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

/** Lets so many run at a time; others wait in the order in which they came, and more than may wait are refused. */
export function limiter(most: number, mostInLine: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (waiting.length >= mostInLine) throw unavailable('Checking passwords', 2);
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
