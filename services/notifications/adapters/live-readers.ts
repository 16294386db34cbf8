import { every } from '@cartwright/kernel/every';
import { Problem } from '@cartwright/kernel/http/problem';
import type { Kernel } from '@cartwright/kernel/kernel';
import { gauge } from '@cartwright/kernel/telemetry/metrics';
import type { LiveMessages, LiveReaders, LiveStanding } from '../live-ports.ts';

export interface LiveReadersOptions {
  /** How often to look for what other replicas have brought; a second unless told. */
  readonly everyMs?: number;
  /** Streams of one person; the oldest makes room for a new one. */
  readonly mostOfPerson?: number;
  /** Streams of all. */
  readonly most?: number;
}

interface Reader {
  readonly look: () => void;
  readonly end: () => void;
}

/**
 * Who reads live in this process. News of this process are told at once; those of others are found by one small statement for all readers
 * together, and so is what was missed while the database was away.
 */
export function liveReaders(
  { log, metrics }: Pick<Kernel, 'log' | 'metrics'>,
  messages: Pick<LiveMessages, 'standings'>,
  { everyMs = 1000, mostOfPerson = 8, most = 2000 }: LiveReadersOptions = {},
): LiveReaders & { stop(): Promise<void> } {
  const people = new Map<string, Set<Reader>>();
  const known = new Map<string, LiveStanding>();
  let count = 0;
  gauge(metrics, 'live_streams_open', 'People’s streams of live messages that are open', () => count);

  function announce(userId: string): void {
    for (const { look } of people.get(userId) ?? []) look();
  }

  const looking = every(everyMs, 'live messages', log, async () => {
    if (people.size === 0) return;
    for (const [userId, standing] of await messages.standings([...people.keys()])) {
      const before = known.get(userId);
      if (before?.last === standing.last && before.readTo === standing.readTo) continue;
      if (people.has(userId)) known.set(userId, standing);
      announce(userId);
    }
  });

  return {
    announce,
    subscribe(userId, reader) {
      if (count >= most) throw full();
      const own = people.get(userId) ?? new Set<Reader>();
      const [oldest] = own;
      if (own.size >= mostOfPerson) oldest?.end();
      people.set(userId, own.add(reader));
      count += 1;
      return () => {
        if (!own.delete(reader)) return;
        count -= 1;
        if (own.size > 0 || people.get(userId) !== own) return;
        people.delete(userId);
        known.delete(userId);
      };
    },
    stop: () => looking.stop(),
  };
}

function full(): Problem {
  return new Problem({
    status: 503,
    code: 'too_many_streams',
    title: 'Too many streams',
    detail: 'More people read live than there is room for; the list can be read all the same',
    headers: { 'retry-after': '10' },
  });
}
