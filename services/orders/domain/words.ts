import type { Order, OrderEvent } from './order.ts';

/**
 * The reason that events give where a customer has said why in words of their own. Words may name people: they stand beside the events, where they
 * can be erased, and this is left.
 */
export const inWords = 'customer';

/** Words by what they are about: the id of a return; of the order, for its cancellation, of which there is one. */
export type Words = Readonly<Record<string, string>>;

/** Something that a customer said. */
export interface Said {
  readonly about: string;
  readonly text: string;
}

/** An order as people see it: with the words that there are. */
export function withWords(order: Order, words: Words): Order {
  const told = <Part extends { readonly reason: string }>(parts: readonly Part[], about: (part: Part) => string): Part[] =>
    parts.map((part) => ({ ...part, reason: reasonOf(part.reason, about(part), words) }));
  return {
    ...order,
    returns: told(order.returns, ({ id }) => id),
    cancellations: told(order.cancellations, () => order.id),
    refunds: told(order.refunds, () => order.id),
  };
}

/** What an event of an order says, with the words that there are. */
export function dataWithWords(orderId: string, { type, data }: OrderEvent, words: Words): object {
  if (type === 'OrderReturnRequested') return { ...data, reason: reasonOf(data.reason, data.returnId, words) };
  const mayHaveWords = type === 'OrderCancelled' || type === 'OrderRestCancelled' || type === 'OrderRefundRequested';
  return mayHaveWords ? { ...data, reason: reasonOf(data.reason, orderId, words) } : data;
}

function reasonOf(reason: string, about: string, words: Words): string {
  return reason === inWords ? (words[about] ?? reason) : reason;
}
