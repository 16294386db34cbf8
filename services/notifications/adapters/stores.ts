import { every } from '@cartwright/kernel/every';
import type { Kernel } from '@cartwright/kernel/kernel';
import type { Database } from '@cartwright/kernel/postgres/database';
import type { MessageKeys } from '../ports.ts';
import { backInStockIn } from './back-in-stock.ts';
import { deliveryLogIn } from './delivery-log.ts';
import { deliveryNewsIn, suppressionsIn } from './delivery-news.ts';
import { openLive } from './live.ts';
import type { LiveReadersOptions } from './live-readers.ts';
import { mailboxIn } from './mailbox.ts';
import { messagesIn } from './messages.ts';
import type { MessagesOptions } from './messages.ts';
import { orderFactsIn } from './order-facts.ts';
import { optOutsIn, preferencesIn } from './preferences.ts';
import { staffAlertsIn } from './staff-alerts.ts';

const forgetEveryMs = 3_600_000;

export interface StoresOptions extends MessagesOptions {
  readonly live?: LiveReadersOptions;
}

/** Everything that notifications keeps. */
export function openStores(
  kernel: Pick<Kernel, 'log' | 'metrics' | 'onClose'>,
  database: Database,
  keys: MessageKeys,
  options: StoresOptions = {},
) {
  const { messages: live, readers } = openLive(kernel, database, options.live);
  const news = deliveryNewsIn(database, keys);
  const forgetting = every(forgetEveryMs, 'old news of providers', kernel.log, () => news.forgetOld());
  kernel.onClose('old news of providers', () => forgetting.stop());
  const messages = messagesIn(database, live, options);
  return {
    ...{ database, keys, live, readers, news },
    messages,
    staffAlerts: staffAlertsIn(database, messages),
    backInStock: backInStockIn(database, messages, keys),
    deliveryLog: deliveryLogIn(database),
    orders: orderFactsIn(database),
    preferences: preferencesIn(database),
    optOuts: optOutsIn(database),
    suppressions: suppressionsIn(database),
    mailbox: mailboxIn(database),
  };
}
