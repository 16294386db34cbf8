import { every } from '@cartwright/kernel/every';
import type { Logger } from '@cartwright/kernel/telemetry/logger';
import type { SearchIndex } from '../search-ports.ts';
import type { Build, IndexBuilds } from './index-builds.ts';
import type { EntriesOf } from './index-entries.ts';

export interface IndexBuilderParts {
  readonly builds: IndexBuilds;
  readonly index: SearchIndex;
  readonly ids: (after: string | undefined, limit: number) => Promise<string[]>;
  readonly entriesOf: EntriesOf;
  readonly log: Logger;
}

export interface IndexBuilder {
  readonly wake: () => void;
  stop(): Promise<void>;
}

const batch = 500;
const sweepEveryMs = 2000;

/**
 * Builds an index beside the one that is asked, and then puts it in its place. Changes go on meanwhile: from the moment that a build is written
 * down each of them is written to both indices, with its version. What is read here from Postgres has version 0 and gives way to every change,
 * whichever comes first. A build that was cut off is continued by whoever comes next.
 */
export function startIndexBuilder({ builds, index, ids, entriesOf, log }: IndexBuilderParts): IndexBuilder {
  let running: Promise<void> | undefined;
  const ended = { now: false };

  async function work(): Promise<void> {
    const build = await builds.take();
    if (build === undefined) return;
    try {
      if (await fill(build)) await finish(build.name);
      else await builds.release(build.name);
    } catch (error) {
      await builds.release(build.name);
      throw error;
    }
  }

  /** Answers whether all products are in it; not when the service ends before that. */
  async function fill({ name, lastId }: Build): Promise<boolean> {
    if (lastId === undefined) await index.create(name);
    for (let after = lastId; ;) {
      if (ended.now) return false;
      const next = await ids(after, batch);
      const last = next.at(-1);
      if (last === undefined) return true;
      const entries = await entriesOf(next);
      const missing = await index.write(
        [name],
        entries.filter(({ document }) => document !== undefined).map((entry) => ({ ...entry, version: 0 })),
      );
      if (missing.length > 0) return startAgain(name);
      await builds.advance(name, last, next.length);
      after = last;
    }
  }

  async function finish(name: string): Promise<void> {
    if (!(await index.publish(name))) {
      await startAgain(name);
      return;
    }
    await builds.finish(name);
    await index.dropOthers(name);
    log.info({ index: name }, 'the search index was built');
  }

  /** Elasticsearch lost it. */
  async function startAgain(name: string): Promise<false> {
    await builds.abandon(name);
    await builds.begin();
    return false;
  }

  function wake(): void {
    run().catch((error: unknown) => {
      log.warn({ error }, 'the search index is not built yet; it is tried again');
    });
  }
  function run(): Promise<void> {
    running ??= work().finally(() => {
      running = undefined;
    });
    return running;
  }

  const sweeping = every(sweepEveryMs, 'building of the search index', log, run);
  return {
    wake,
    async stop() {
      ended.now = true;
      await sweeping.stop();
      await running?.catch(() => undefined);
    },
  };
}
