import type { Order, OrderEvent } from './order.ts';

/**
 * The reasons that events give where somebody has said why in words of their own: a customer, or staff. Words may name people: they stand beside the
 * events, where they can be erased, and this is left.
 */
export const inWords = 'customer';
export const inStaffsWords = 'staff_words';

/** The reason that people see where staff have said nothing, or what they said was erased. */
export const byStaff = 'staff';

/**
 * Words by what they are about: the id of a return, or of a refund; of the order, for its cancellation, of which there is one, and for what is given
 * back by it; `rejectionOf` a return.
 */
export type Words = Readonly<Record<string, string>>;

/** Something that a customer or staff said. */
export interface Said {
  readonly about: string;
  readonly text: string;
}

/** What the words are about by which staff say why a return's goods are not taken back. */
export function rejectionOf(returnId: string): string {
  return `rejected.${returnId}`;
}

/** An order as people see it: with the words that there are. */
export function withWords(order: Order, words: Words): Order {
  const told = <Part extends { readonly id: string; readonly reason: string }>(
    parts: readonly Part[],
    about: (part: Part) => readonly string[],
  ): Part[] => parts.map((part) => ({ ...part, reason: reasonOf(part.reason, words, about(part)) }));
  return {
    ...order,
    returns: told(order.returns, ({ id }) => [id]),
    cancellations: told(order.cancellations, () => [order.id]),
    refunds: told(order.refunds, ({ id }) => [id, order.id]),
  };
}

/** What an event of an order says, with the words that there are. */
export function dataWithWords(orderId: string, { type, data }: OrderEvent, words: Words): object {
  if (type === 'OrderUpdated') {
    const { rejectedReturn, reason } = data;
    if (rejectedReturn === undefined || reason !== rejected(inStaffsWords)) return data;
    return { ...data, reason: rejected(reasonOf(inStaffsWords, words, [rejectionOf(rejectedReturn)])) };
  }
  if (type === 'OrderReturnRequested') return { ...data, reason: reasonOf(data.reason, words, [data.returnId]) };
  if (type === 'OrderRefundRequested') return { ...data, reason: reasonOf(data.reason, words, [data.refundId, orderId]) };
  const mayHaveWords = type === 'OrderCancelled' || type === 'OrderRestCancelled';
  return mayHaveWords ? { ...data, reason: reasonOf(data.reason, words, [orderId]) } : data;
}

/** The reason of an update by which a return is rejected. */
export function rejected(why: string): string {
  return `return_rejected: ${why}`;
}

/** The first of the words that there are. */
function reasonOf(reason: string, words: Words, about: readonly string[]): string {
  if (reason !== inWords && reason !== inStaffsWords) return reason;
  const said = about.map((one) => words[one]).find((text) => text !== undefined);
  return said ?? (reason === inWords ? reason : byStaff);
}
