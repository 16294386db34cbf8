import { every } from '@cartwright/kernel/every';
import type { Kernel } from '@cartwright/kernel/kernel';
import type { Database } from '@cartwright/kernel/postgres/database';
import { liveMessagesIn } from './live-messages.ts';
import { liveReaders } from './live-readers.ts';
import type { LiveReadersOptions } from './live-readers.ts';

const forgetEveryMs = 3_600_000;

/** Live messages with their readers in this process, until the service ends. */
export function openLive(kernel: Pick<Kernel, 'log' | 'metrics' | 'onClose'>, database: Database, options?: LiveReadersOptions) {
  const messages = liveMessagesIn(database, (userId) => {
    readers.announce(userId);
  });
  const readers = liveReaders(kernel, messages, options);
  const forgetting = every(forgetEveryMs, 'old live messages', kernel.log, () => messages.forgetOld());
  kernel.onClose('live messages', async () => {
    await Promise.all([readers.stop(), forgetting.stop()]);
  });
  return { messages, readers };
}
