import type { Kernel } from '@cartwright/kernel/kernel';
import type { Database } from '@cartwright/kernel/postgres/database';
import { openLive } from './live.ts';
import type { LiveReadersOptions } from './live-readers.ts';
import { mailboxIn } from './mailbox.ts';
import { messagesIn } from './messages.ts';
import { orderFactsIn } from './order-facts.ts';
import { optOutsIn, preferencesIn } from './preferences.ts';

/** Everything that notifications keeps. */
export function openStores(
  kernel: Pick<Kernel, 'log' | 'metrics' | 'onClose'>,
  database: Database,
  options: { live?: LiveReadersOptions } = {},
) {
  const { messages: live, readers } = openLive(kernel, database, options.live);
  return {
    database,
    live,
    readers,
    messages: messagesIn(database, live),
    orders: orderFactsIn(database),
    preferences: preferencesIn(database),
    optOuts: optOutsIn(database),
    mailbox: mailboxIn(database),
  };
}
