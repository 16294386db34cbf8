// A process that hashes passwords for auth and gives way to whatever else runs. workerpool starts it, and ends it with auth.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import argon2 from 'argon2';
import workerpool from 'workerpool';

export interface Argon2Parameters {
  readonly memoryCost: number;
  readonly timeCost: number;
  readonly parallelism: number;
}

/** Nothing is begun after `until` (a time in milliseconds): nobody listens any more, and others wait. */
const work = {
  async hash(until: number, password: string, parameters: Argon2Parameters): Promise<string | undefined> {
    return Date.now() > until ? undefined : argon2.hash(password, { type: argon2.argon2id, ...parameters });
  },
  async verify(until: number, hash: string, password: string): Promise<boolean | undefined> {
    return Date.now() > until ? undefined : argon2.verify(hash, password);
  },
};
export type HashingWork = typeof work;

/** What hashing gets of a processor that others want too: a third of what each of them does. With far less nobody could log in while a sale is on. */
const niceness = 5;

/**
 * Two things, as Linux weighs sessions against each other before it looks at what is within one, where nobody has put them into control groups (sched(7),
 * "autogroup" and SCHED_IDLE). Our session as a whole has a low weight. And its threads, those of libuv's pool too, which inherit it, run as idle ones: to
 * the scheduler a processor that only hashes is free, and it wakes others there at once instead of behind each other.
 */
function giveWay(): void {
  setPriority(niceness);
  try {
    writeFileSync('/proc/self/autogroup', String(niceness));
  } catch {
    // Systems without such groups go by the priority alone.
  }
  spawnSync('chrt', ['--all-tasks', '--idle', '--pid', '0', String(process.pid)], { stdio: 'ignore' }); // of util-linux; where it is not there, likewise
}

giveWay();
workerpool.worker(work);
