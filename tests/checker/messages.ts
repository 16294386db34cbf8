import type { BookedMessage, BookedOrder } from './books.ts';

/** Which e-mail tells of which entry of an order's trail; some entries have one of two. */
const news: Readonly<Record<string, string>> = {
  'order-received': 'OrderPlaced',
  'order-confirmed': 'OrderConfirmed',
  'order-rejected': 'OrderRejected',
  'payment-failed': 'OrderPaymentFailed',
  'order-cancelled': 'OrderCancelled',
  'capture-failed': 'OrderCancelled',
  'order-rest-cancelled': 'OrderRestCancelled',
  'refund-requested': 'OrderRefundRequested',
  'order-refunded': 'refunded',
  'refund-failed': 'refund_failed',
  'order-part-shipped': 'shipped',
  'order-shipped': 'shipped',
  'order-part-delivered': 'delivered',
  'order-delivered': 'delivered',
  'return-requested': 'OrderReturnRequested',
  'return-received': 'OrderReturned',
  'return-rejected': 'return_rejected',
  'payment-action-required': 'payment_action_required',
};
const told = new Set(Object.values(news));
const ends = ['OrderRejected', 'OrderPaymentFailed', 'OrderCancelled'];

/** Where a customer was told something twice, or not at all: one e-mail for each event that customers hear of. */
export function wronglyTold(order: BookedOrder, messages: readonly BookedMessage[]): string[] {
  const expected = counted(order.trail.flatMap((entry, index) => topicOf(entry, order.trail.slice(0, index))));
  const sent = counted(
    messages
      .filter(({ channel, state, template }) => channel === 'email' && state === 'sent' && !template.startsWith('staff-'))
      .map(({ template }) => news[template] ?? template),
  );
  return [...new Set([...expected.keys(), ...sent.keys()])].flatMap((topic) => {
    const [want, got] = [expected.get(topic) ?? 0, sent.get(topic) ?? 0];
    return want === got ? [] : [`of ${topic} ${String(got)} times instead of ${String(want)}`];
  });
}

/**
 * Messages that the mailbox was given otherwise than once. Twice is right only where somebody was killed while sending (`excused`, ids of messages), and
 * only as often as it was knowingly sent again.
 */
export function wronglyHandedOver(messages: readonly BookedMessage[], excused: ReadonlySet<string>): string[] {
  return messages.flatMap(({ id, template, state, resends, handedOver }) => {
    const most = excused.has(id) ? 1 + resends : 1;
    if (handedOver === null || (handedOver <= most && (handedOver > 0 || state !== 'sent'))) return [];
    return [`${template} ${String(handedOver)} times, sent again ${String(resends)} times`];
  });
}

function topicOf(entry: string, earlier: readonly string[]): string[] {
  // That an order is over is said once; said again it is meant for payments alone.
  if (entry === 'OrderCancelled' && earlier.some((one) => ends.includes(one))) return [];
  const topic = entry === 'partially_refunded' ? 'refunded' : (entry.split(':', 1)[0] ?? entry);
  return told.has(topic) ? [topic] : [];
}

function counted(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
