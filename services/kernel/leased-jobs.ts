import { every } from './every.ts';
import type { Logger } from './telemetry/logger.ts';

/** Work that rows of a database stand for. The one who has a row's lease works on it; who dies loses it by time. */
export interface LeasedWork<Job> {
  /** As it stands in logs. */
  readonly name: string;
  readonly log: Logger;
  /** Leases up to so many rows that are due and that nobody has: `for update skip locked`, compared in Postgres' time. */
  readonly lease: (limit: number) => Promise<readonly Job[]>;
  /** Does a job and notes its result. Where it throws, the lease runs out and the job is done again. */
  readonly work: (job: Job) => Promise<void>;
  /** Jobs at a time; 32 unless told. */
  readonly concurrency?: number;
  /** How often rows are looked for that nobody started; 500 ms unless told. */
  readonly sweepMs?: number;
  /** How long a started job may wait for its turn before it is left to the next sweep: well below the lease. 5 s unless told. */
  readonly patienceMs?: number;
}

/** Runs leased jobs in the background. */
export interface LeasedJobs<Job> {
  /** Begins, as soon as there is room, a job whose row is leased to this process already; call it after the commit. */
  readonly start: (...jobs: readonly Job[]) => void;
  /** Leases what is due and there is room for, and waits until that is done. Answers how many jobs that were. */
  sweep(): Promise<number>;
  /** Finishes what is running, and begins no more. */
  stop(): Promise<void>;
}

interface Waiting<Job> {
  readonly job: Job;
  readonly until: number;
  readonly done: () => void;
}

/**
 * Starts looking for rows that are due. A job that was just committed is started directly, without waiting to be found: the sweep is for
 * those that come due later, and for those that a crash has left. Looking waits for no job, so that one that hangs keeps nothing but its
 * own place.
 */
export function startLeasedJobs<Job>(options: LeasedWork<Job>): LeasedJobs<Job> {
  const { name, log, lease, work, concurrency = 32, sweepMs = 500, patienceMs = 5000 } = options;
  const queue: Waiting<Job>[] = [];
  const running = new Set<Promise<void>>();
  /** Places of jobs that are being leased. */
  let asked = 0;
  /** Whether there may be more that is due than there was room for. */
  let more = false;
  let stopping = false;

  function next(): void {
    while (running.size < concurrency) {
      const waiting = queue.shift();
      if (waiting === undefined) return;
      if (stopping || Date.now() > waiting.until) {
        waiting.done();
        continue;
      }
      const run = attempt(waiting.job).finally(() => {
        running.delete(run);
        waiting.done();
        next();
        if (more) void sweeping.now();
      });
      running.add(run);
    }
  }

  async function attempt(job: Job): Promise<void> {
    try {
      await work(job);
    } catch (error) {
      log.warn({ error, work: name }, 'left to be done again when its lease has run out');
    }
  }

  function enqueue(job: Job): Promise<void> {
    return new Promise((done) => {
      queue.push({ job, until: Date.now() + patienceMs, done });
      next();
    });
  }

  /** Leases what is due and there is room for, and begins it. */
  async function look(): Promise<{ readonly begun: readonly Promise<void>[]; readonly room: number }> {
    const room = stopping ? 0 : Math.max(0, concurrency - running.size - queue.length - asked);
    if (room === 0) return { begun: [], room };
    asked += room;
    try {
      return { begun: (await lease(room)).map(enqueue), room };
    } finally {
      asked -= room;
    }
  }

  const sweeping = every(sweepMs, name, log, async () => {
    const { begun, room } = await look();
    more = begun.length >= room;
  });

  return {
    start: (...jobs) => {
      for (const job of jobs) void enqueue(job);
    },
    async sweep() {
      const { begun } = await look();
      await Promise.all(begun);
      return begun.length;
    },
    async stop() {
      stopping = true;
      next();
      await Promise.all([sweeping.stop(), ...running]);
    },
  };
}
