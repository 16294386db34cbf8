import type { Transition } from './payment-states.ts';
import type { Input, Payment } from './payment.ts';

/**
 * Money that goes back. The refund that ends an order has the payment's own id; others are named by orders, were made at the provider, or try
 * again what was refused: a refund that has failed stays so, as the provider's own does.
 */
export interface Refund {
  readonly id: string;
  /** Minor units. */
  readonly amount: number;
  readonly state: 'open' | 'done' | 'failed';
}

/** Minor units that were taken, and are neither given back nor on their way. */
export function leftToRefund({ captured, refunded, refunds }: Pick<Payment, 'captured' | 'refunded' | 'refunds'>): number {
  return captured - refunded - openRefunds(refunds).reduce((sum, { amount }) => sum + amount, 0);
}

export function openRefunds(refunds: readonly Refund[]): Refund[] {
  return refunds.filter(({ state }) => state === 'open');
}

/** What a transition makes of refunds: those that are new or have changed, and how much of them was given back by it. */
export interface RefundChange {
  readonly touched: readonly Refund[];
  readonly givenBack: number;
}

/**
 * Decides which refunds a transition is about. Undefined: about none that is open, so that it changes nothing.
 * @param taken the payment with what the transition takes, before what it gives back
 */
export function refundChange(taken: Payment, transition: Transition, input: Input): RefundChange | undefined {
  const { refunds } = taken;
  const named = input.refundId === undefined ? undefined : openRefunds(refunds).find(({ id }) => id === input.refundId);
  if (input.signal === 'refund_wanted') return wanted(taken, input);
  if (input.signal === 'given_back') return givenBackThere(taken, input);
  if (transition.announce === 'refund_failed') return named && { touched: [{ ...named, state: 'failed' }], givenBack: 0 };
  if (transition.post === 'refund') {
    if (named !== undefined) return { touched: [{ ...named, state: 'done' }], givenBack: named.amount };
    const open = openRefunds(refunds);
    // The provider says that all is back. While our own refunds are on their way in a payment that goes on, their answers will tell.
    if (input.refundId !== undefined || (taken.state === 'captured' && open.length > 0)) return undefined;
    const givenBack = taken.captured - taken.refunded;
    if (open.length === 0) return { touched: [{ id: idFor(taken, input), amount: givenBack, state: 'done' }], givenBack };
    return { touched: open.map((refund) => ({ ...refund, state: 'done' })), givenBack };
  }
  if (transition.step !== 'refund') return { touched: [], givenBack: 0 };
  const amount = leftToRefund(taken);
  const underWay = amount === 0 && openRefunds(refunds).length > 0;
  return { touched: underWay ? [] : [{ id: idFor(taken, input), amount, state: 'open' }], givenBack: 0 };
}

/** The id of a refund of the rest: the payment's own, once. */
function idFor({ refunds, paymentId }: Payment, { newId = paymentId }: Input): string {
  return refunds.some(({ id }) => id === paymentId) ? newId : paymentId;
}

function wanted(payment: Payment, { refundId, amount }: Input): RefundChange | undefined {
  if (refundId === undefined || amount === undefined || payment.refunds.some(({ id }) => id === refundId)) return undefined;
  return { touched: [{ id: refundId, amount, state: 'open' }], givenBack: 0 };
}

/** The provider has given back more than we know of. While our own refunds are on their way nobody can tell whose it was. */
function givenBackThere({ captured, refunded, refunds }: Payment, { newId: id, amount: total = 0 }: Input): RefundChange | undefined {
  const amount = Math.min(total, captured) - refunded;
  if (id === undefined || amount <= 0 || openRefunds(refunds).length > 0 || refunds.some((refund) => refund.id === id)) return undefined;
  return { touched: [{ id, amount, state: 'done' }], givenBack: amount };
}

/** The refunds after a change. */
export function withRefunds(refunds: readonly Refund[], touched: readonly Refund[]): Refund[] {
  const known = new Map([...refunds, ...touched].map((refund) => [refund.id, refund]));
  return [...known.values()];
}
