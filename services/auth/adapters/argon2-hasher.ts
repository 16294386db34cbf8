import { availableParallelism } from 'node:os';
import { unavailable } from '@cartwright/kernel/http/problem';
import argon2 from 'argon2';
import workerpool from 'workerpool';
import type { PasswordHasher } from '../ports.ts';
import type { Argon2Parameters, HashingWork } from './hashing-process.ts';

/** OWASP's second recommendation for Argon2id is 19 MiB, one lane and two passes (Password Storage Cheat Sheet). */
const [memoryKib, fewestPasses, mostPasses] = [19_456, 2, 100];
/**
 * More passes than the least that is recommended: a guesser pays for each as much as we do, whose memory fits a cache. And whoever registers makes work
 * for all services (a session, events, a mail), half as much as five passes are: a lasting rush of them is held up here, and not everywhere.
 */
const usualPasses = 5;
/** One core stays for all other routes; more at a time than there are cores would not be faster. A process takes 70 MB: whoever wants more has more replicas. */
const atATime = Math.min(4, Math.max(1, availableParallelism() - 1));
/** About three seconds' work. Who comes later is told to come again, instead of waiting longer than anybody listens. */
const usuallyWaiting = 50;
/**
 * How long somebody waits in all. The gateway gives up after ten seconds: whatever a password was for, an account above all, must not come about once its
 * owner has been told that it did not.
 */
const usualPatienceMs = 7000;
const [startMs, endMs] = [60_000, 1000];

/** Reads `ARGON2_PASSES`; five unless it is set. Throws an error that says the range. */
export function readPasses(text: string | undefined): number {
  const passes = Number(text ?? usualPasses);
  if (Number.isInteger(passes) && passes >= fewestPasses && passes <= mostPasses) return passes;
  throw new Error(`ARGON2_PASSES is a whole number from ${String(fewestPasses)} to ${String(mostPasses)}, not ${String(text)}`);
}

export interface RunningHasher extends PasswordHasher {
  /** Ends the processes that hash. Those who wait are refused. */
  close(): Promise<void>;
}

/**
 * Hashes in processes of their own (./hashing-process.ts), one for each at a time: within auth, Argon2 would share its threads, and their low priority, with
 * the checks of tokens. A hash of other parameters, as of fewer passes, is replaced at its owner's next log-in. Throws 503
 * while too many wait, and to who waits too long.
 */
export async function argon2Hasher(
  passes = usualPasses,
  { mostWaiting = usuallyWaiting, patienceMs = usualPatienceMs }: { readonly mostWaiting?: number; readonly patienceMs?: number } = {},
): Promise<RunningHasher> {
  const parameters: Argon2Parameters = { memoryCost: memoryKib, timeCost: passes, parallelism: 1 };
  const processes = workerpool.pool(`${import.meta.dirname}/hashing-process.ts`, {
    workerType: 'process',
    maxWorkers: atATime,
    forkOpts: { detached: true }, // begins a session
  });
  type Result<Work extends keyof HashingWork> = Awaited<ReturnType<HashingWork[Work]>>;
  const begin = async <Work extends keyof HashingWork>(work: Work, ...given: Parameters<HashingWork[Work]>): Promise<Result<Work>> =>
    (await processes.exec(work, given)) as Result<Work>;

  /** Has it done within `ms`. A process that was killed is noticed by the first who wants it: nothing has changed, and another begins anew, once. */
  async function inTime<Done>(hashing: (until: number) => Promise<Done | undefined>, ms = patienceMs): Promise<Done> {
    if (processes.stats().pendingTasks >= mostWaiting) throw unavailable('Checking passwords', 2);
    const until = Date.now() + ms;
    const again = (otherwise: () => Promise<Done | undefined>) => (error: unknown) => {
      if (error instanceof workerpool.TerminateError) return otherwise();
      throw error;
    };
    const result = await hashing(until)
      .catch(again(() => hashing(until)))
      .catch(again(() => Promise.resolve(undefined)));
    if (result === undefined || Date.now() > until) throw unavailable('Checking passwords', 5);
    return result;
  }

  const nobodysHash = await inTime<string>((until) => begin('hash', until, 'nobody has this password', parameters), startMs);
  return {
    hash: (password) => inTime<string>((until) => begin('hash', until, password, parameters)),
    async verify(hash, password) {
      const matches = await inTime<boolean>((until) => begin('verify', until, hash ?? nobodysHash, password));
      return hash !== undefined && matches;
    },
    needsRehash: (hash) => argon2.needsRehash(hash, parameters),
    async close() {
      try {
        await processes.terminate(true, endMs);
      } catch (error) {
        if (!(error instanceof workerpool.Promise.TimeoutError)) throw error; // one that was killed is waited for in vain
      }
    },
  };
}
