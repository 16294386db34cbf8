import type { ProviderAnswer } from '../domain/provider-answers.ts';
import type { PaymentProvider } from '../ports.ts';

const answer = (outcome: 'authorised' | 'captured' | 'voided' | 'refunded' | 'unknown') => (): Promise<ProviderAnswer> =>
  Promise.resolve({ outcome });

/** Stands in for the provider of an order that costs nothing: providers take no amount of 0. */
export const nothingToPay: PaymentProvider = {
  name: 'none',
  authorise: answer('authorised'),
  capture: answer('captured'),
  void: answer('voided'),
  refund: answer('refunded'),
  lookUpRefund: answer('unknown'),
  lookUp: answer('authorised'),
  async *ordersSince() {
    // It keeps no books.
  },
  async *changesSince() {
    // Nor does anything change there.
  },
};
