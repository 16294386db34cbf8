import { Problem } from '@cartwright/kernel/http/problem';
import type { Credentials, LoginFailures, PasswordHasher } from '../ports.ts';

export interface ProveParts {
  readonly hasher: PasswordHasher;
  readonly failures: LoginFailures;
}

/** Lets on only who knows the account's password. Throws 403 that names the field, or 429 for who guesses. */
export type Prove = (known: Credentials, password: string, field: string) => Promise<void>;

/** Asks signed-in users for their password again: an access token that was stolen shall not be enough, nor a place to guess from. */
export function prover({ hasher, failures }: ProveParts): Prove {
  return async ({ user, passwordHash }, password, field) => {
    const key = JSON.stringify(['prove', user.id]);
    const seconds = await failures.begin(key);
    if (seconds > 0) throw tooManyTries(seconds);
    if (!(await hasher.verify(passwordHash, password))) {
      const errors = [{ field, rule: 'password', message: 'is not your password' }];
      throw new Problem({ status: 403, code: 'wrong_password', title: 'Wrong password', detail: 'That is not your password', errors });
    }
    await failures.succeeded(key);
  };
}

export function tooManyTries(seconds: number): Problem {
  return new Problem({
    status: 429,
    code: 'too_many_tries',
    title: 'Too many tries',
    detail: `Try again in ${String(seconds)} s`,
    headers: { 'retry-after': String(seconds) },
  });
}
