import { every } from '@cartwright/kernel/every';
import type { Periodic } from '@cartwright/kernel/every';
import type { Kernel } from '@cartwright/kernel/kernel';
import type { BackInStockRequests, ShopFacts, StaffAlert, StaffAlerts } from '../alert-ports.ts';
import type { MessageJob } from '../ports.ts';
import { staffAudience } from '../staff-audience.ts';

export interface AlertParts {
  readonly facts: ShopFacts;
  readonly staffAlerts: StaffAlerts;
  readonly backInStock: Pick<BackInStockRequests, 'dueSkus' | 'tell' | 'putOff' | 'forgetDone'>;
  /** Sends claimed messages. */
  readonly start: (...jobs: readonly MessageJob[]) => void;
  /** How often what is due is looked for that nobody has told of. */
  readonly sweepMs?: number;
}

const atOnce = 50;
const awaySeconds = 15;
const withdrawnSeconds = 3600;

/**
 * Makes messages of what handlers have noted: who staff are, and what a SKU is called, is asked from the services that know it, outside of
 * transactions and of the way of events. `now` is for whoever has just noted something.
 */
export function startAlerts(
  { log }: Pick<Kernel, 'log'>,
  { facts, staffAlerts, backInStock, start, sweepMs = 2000 }: AlertParts,
): Periodic {
  async function tellStaff(alert: StaffAlert): Promise<void> {
    const { sku } = alert.data;
    const [userIds, named] = await Promise.all([
      facts.peopleWho(staffAudience[alert.template]),
      sku === undefined ? undefined : facts.skuNamed(sku),
    ]);
    start(...(await staffAlerts.tell({ ...alert, data: { ...alert.data, ...named } }, userIds)));
  }

  /** Works on these one after another. What fails is put off, and keeps nothing else waiting. */
  async function work<Item>(items: readonly Item[], one: (item: Item) => Promise<void>, putOff: (item: Item) => Promise<void>) {
    for (const item of items) {
      try {
        await one(item);
      } catch (error) {
        log.warn({ error }, 'an alert could not become messages; it is tried again');
        await putOff(item);
      }
    }
  }

  /** Everybody who waits for a SKU, in the order in which they asked. */
  async function tellWaiters(sku: string): Promise<void> {
    const named = await facts.skuNamed(sku);
    if (named === undefined) {
      // Its product is withdrawn for now; those who wait may still want it when it is shown again.
      await backInStock.putOff(sku, withdrawnSeconds);
      return;
    }
    for (;;) {
      const { told, jobs } = await backInStock.tell(sku, named, atOnce);
      start(...jobs);
      if (told < atOnce) return;
    }
  }

  return every(sweepMs, 'alerts', log, async () => {
    await work(await staffAlerts.due(atOnce), tellStaff, ({ eventId }) => staffAlerts.putOff(eventId));
    await work(await backInStock.dueSkus(atOnce), tellWaiters, (sku) => backInStock.putOff(sku, awaySeconds));
    await backInStock.forgetDone();
  });
}
