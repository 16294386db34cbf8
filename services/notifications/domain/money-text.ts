import type { MoneyOutcome } from './message-data.ts';

/**
 * An amount as people read it, such as `$19.99`, `¥1,999` or `KWD 1.999`: the currency says how many of the digits are decimal places.
 * @param amount minor units
 */
export function moneyText(amount: number, currency: string): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amount / 10 ** digits);
}

/** A sentence that says what becomes of the money of a cancelled order. `amount` is as people read it. */
export function moneyOutcomeText(money: MoneyOutcome | undefined, amount: string): string {
  switch (money) {
    case 'not_charged':
      return 'You have not been charged.';
    case 'released':
      return 'The money that was held for it is let go; some banks take a few days to show that.';
    case 'refunded':
      return `${amount} goes back to you, the way that you paid. We will write again when it is on its way.`;
    case 'refunded_if_taken':
      return `Should the ${amount} have been taken already, all of it goes back to you, and we will write again.`;
    case 'refunded_before':
      return 'Your money was given back before.';
    case undefined:
      return 'What was held or taken for it is given back.';
  }
}
