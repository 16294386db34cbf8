const digits = new Map<string, number>();

/** How many decimal places the minor unit of a currency has (ISO 4217): 2 for USD, 0 for JPY, 3 for KWD. */
export function minorDigits(currency: string): number {
  let known = digits.get(currency);
  if (known === undefined) {
    known = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
    digits.set(currency, known);
  }
  return known;
}

/** Turns hundredths of the main unit, as our own tables of rates are written, into the currency's minor units, rounded to the nearest. */
export function fromHundredths(hundredths: number, currency: string): number {
  return Math.round(hundredths * 10 ** (minorDigits(currency) - 2));
}

/**
 * A share of an amount in basis points (hundredths of a percent), rounded half up to a whole minor unit. Exact for the largest amount and rate
 * that schemas let in, where a double would not be.
 */
export function share(amount: number, basisPoints: number): number {
  return Number((BigInt(amount) * BigInt(basisPoints) + 5000n) / 10_000n);
}
