import { isTransient } from '@cartwright/kernel/messaging/transient';
import type { Kernel } from '@cartwright/kernel/kernel';
import { startLeasedJobs } from '@cartwright/kernel/leased-jobs';
import type { LeasedJobs } from '@cartwright/kernel/leased-jobs';
import { counter } from '@cartwright/kernel/telemetry/metrics';
import type { BackInStockRequests } from '../alert-ports.ts';
import { mostResends, settleDelivery, stillDoubted, throttledMs } from '../domain/delivery.ts';
import type { Delivery } from '../domain/delivery.ts';
import { channelsFor, defaultPreferences } from '../domain/preferences.ts';
import { isForStaff, ruleOf } from '../domain/templates.ts';
import type { Suppressions } from '../delivery-ports.ts';
import type {
  Contact,
  Contacts,
  MessageJob,
  MessageKeys,
  Messages,
  OptOuts,
  OrderFactsStore,
  OutgoingMessage,
  PreferencesStore,
  Renderer,
  Senders,
} from '../ports.ts';

export interface DeliveryParts {
  readonly messages: Messages;
  readonly orders: OrderFactsStore;
  readonly contacts: Contacts;
  readonly preferences: Pick<PreferencesStore, 'of'>;
  readonly optOuts: Pick<OptOuts, 'has'>;
  readonly suppressions: Pick<Suppressions, 'has'>;
  readonly backInStock: Pick<BackInStockRequests, 'contactOf'>;
  readonly keys: Pick<MessageKeys, 'addressHash' | 'unsubscribeToken'>;
  readonly renderer: Renderer;
  readonly senders: Senders;
  /** How often what is due is looked for. */
  readonly sweepMs?: number;
  /** Runs after a provider has answered and before that is noted; for tests that die there. */
  readonly answered?: () => Promise<void>;
}

const contactsAwayMs = 3000;

type Prepared = OutgoingMessage & { readonly addressHash: string };

/** Why nobody gets a message; the hash of its address, where that was found out. */
interface NotSent {
  readonly reason: string;
  readonly addressHash: string | null;
}

/** Sends claimed messages, outside of transactions, by those who have their leases. */
export function startDeliveries(kernel: Pick<Kernel, 'log' | 'metrics'>, parts: DeliveryParts): LeasedJobs<MessageJob> {
  const {
    messages,
    orders,
    contacts,
    preferences,
    optOuts,
    suppressions,
    backInStock,
    keys,
    renderer,
    senders,
    answered,
    sweepMs = 500,
  } = parts;
  const settled = counter(kernel.metrics, 'messages_settled_total', 'Messages by channel, template and state', [
    'channel',
    'template',
    'state',
  ]);
  const sentAgain = counter(kernel.metrics, 'messages_sent_again_total', 'Messages sent twice in doubt whether the first went out', [
    'channel',
  ]);

  /** Until when a channel sends nothing, because its provider has asked for it. */
  const pausedUntil = new Map<MessageJob['channel'], number>();

  /** The message as it goes out, or why nobody gets it. */
  async function prepare(job: MessageJob): Promise<Prepared | NotSent> {
    const wishes = job.userId === null ? defaultPreferences : await preferences.of(job.userId);
    if (!channelsFor(job.template, wishes).includes(job.channel)) return { reason: 'not wanted', addressHash: null };
    const contact = await contactOf(job);
    if (contact === undefined) return { reason: 'contact erased', addressHash: null };
    const to = job.channel === 'email' ? contact.email : (wishes.sms.phone ?? '');
    const { essential } = ruleOf(job.template);
    const addressHash = keys.addressHash(to);
    if (job.userId === null && !essential && (await optOuts.has(addressHash, job.template))) return { reason: 'not wanted', addressHash };
    if (await suppressions.has(addressHash, job.channel)) return { reason: 'suppressed', addressHash };
    const order = job.orderId === null ? undefined : await orders.find(job.orderId);
    const subscriber = job.userId === null ? { addressHash } : { userId: job.userId };
    const unsubscribeToken = essential ? null : keys.unsubscribeToken({ subscriber, event: job.template });
    const parts = { contact, order, data: job.data, locale: wishes.locale, unsubscribeToken };
    return { id: job.id, to, addressHash, ...renderer.render(job.template, job.channel, parts) };
  }

  function contactOf({ template, orderId, userId, data }: MessageJob): Promise<Contact | undefined> {
    if (data.linkId !== undefined) return contacts.ofLink(data.linkId);
    if (data.noticeId !== undefined) return contacts.ofNotice(data.noticeId);
    if (data.requestId !== undefined) return backInStock.contactOf(data.requestId);
    if (orderId !== null && !isForStaff(template)) return contacts.ofOrder(orderId);
    return userId === null ? Promise.resolve(undefined) : contacts.ofUser(userId);
  }

  async function skip(job: MessageJob, { reason, addressHash }: NotSent): Promise<void> {
    const { channel, template } = job;
    if (await messages.skip(job, reason, addressHash)) settled.inc({ channel, template, state: 'skipped' });
  }

  /** Notes what became of a message, and tells it, unless somebody else has it now. */
  async function conclude(job: MessageJob, delivery: Delivery): Promise<void> {
    const { id: message, channel, template } = job;
    if (!(await messages.settle(job, senders[channel].provider, delivery))) return;
    if (delivery.state === 'waiting') kernel.log.warn({ message, template, reason: delivery.reason }, 'message will be sent later');
    else settled.inc({ channel, template, state: delivery.state });
    if (delivery.state === 'failed') kernel.log.error({ message, template, reason: delivery.reason }, 'message could not be sent');
  }

  async function work(job: MessageJob): Promise<void> {
    const { channel } = job;
    const sender = senders[channel];
    if (job.inDoubt && job.resends >= mostResends && stillDoubted(job.handedOverAgoMs, sender.tellsWithinMs) === 0) {
      await conclude(job, { state: 'failed', reason: 'no answer, twice' });
      return;
    }
    const doubted = job.inDoubt ? stillDoubted(job.handedOverAgoMs, sender.tellsWithinMs) : 0;
    const waitMs = Math.max(doubted, (pausedUntil.get(channel) ?? 0) - Date.now());
    if (waitMs > 0) {
      const reason = doubted > 0 ? 'the provider may tell' : 'the provider throttles';
      await messages.settle(job, sender.provider, { state: 'waiting', againInMs: waitMs, reason, resend: job.inDoubt });
      return;
    }
    const message = await prepare(job).catch(async (error: unknown) => {
      // Those who keep contacts are away: that is no try.
      if (!isTransient(error)) throw error;
      await messages.settle(job, sender.provider, {
        state: 'waiting',
        againInMs: contactsAwayMs,
        reason: 'contact not known',
        resend: job.inDoubt,
      });
      return undefined;
    });
    if (message === undefined) return;
    if ('reason' in message) {
      await skip(job, message);
      return;
    }
    const standing = await messages.sending(job, message.addressHash);
    if (standing === 'told already') await skip(job, { reason: standing, addressHash: message.addressHash });
    if (standing !== 'sending') return;
    if (job.inDoubt) sentAgain.inc({ channel });
    const result = await sender.send(message);
    await answered?.();
    const pauseMs = throttledMs(result);
    if (pauseMs > 0) pausedUntil.set(channel, Date.now() + pauseMs);
    const delivery = settleDelivery(result, { tries: job.tries + 1, resends: job.resends + (job.inDoubt ? 1 : 0) });
    await conclude(job, delivery);
  }

  return startLeasedJobs({
    name: 'deliveries',
    log: kernel.log,
    lease: (limit) => messages.lease(limit),
    work,
    concurrency: 8,
    sweepMs,
    patienceMs: 20_000,
  });
}
