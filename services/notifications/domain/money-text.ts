/**
 * An amount as people read it, such as `$19.99`, `¥1,999` or `KWD 1.999`: the currency says how many of the digits are decimal places.
 * @param amount minor units
 */
export function moneyText(amount: number, currency: string): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amount / 10 ** digits);
}
