import type { Posting } from './payment-states.ts';

/** A line of the double-entry ledger: a debit is positive, a credit negative. */
export interface LedgerEntry {
  readonly account: string;
  /** Minor units; never 0. */
  readonly amount: number;
}

interface Amounts {
  readonly provider: string;
  readonly held: number;
  readonly captured: number;
}

/**
 * The entries of a posting; they add up to zero. Accounts: `held:<provider>` and its counterpart `holds` for what is authorised and not ours
 * yet; `provider:<name>` for what the provider owes us; `sales`. A capture also ends the hold. What is held already is not held twice, and
 * where nothing is held or taken nothing is released or given back.
 * @param before the payment before the posting
 * @param amount in minor units: the payment's, or, where money goes back, how much of it
 */
export function ledgerEntries(posting: Posting, before: Amounts, amount: number): LedgerEntry[] {
  const { provider, held, captured } = before;
  const hold = (change: number): LedgerEntry[] => pair(`held:${provider}`, 'holds', change);
  const sale = (change: number): LedgerEntry[] => pair(`provider:${provider}`, 'sales', change);
  switch (posting) {
    case 'hold':
      return hold(amount - held);
    case 'release':
      return hold(-held);
    case 'capture':
      return [...sale(amount - captured), ...hold(-held)];
    case 'refund':
      return sale(-amount);
  }
}

function pair(debit: string, credit: string, amount: number): LedgerEntry[] {
  if (amount === 0) return [];
  return [
    { account: debit, amount },
    { account: credit, amount: -amount },
  ];
}
