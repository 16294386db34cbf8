/**
 * An amount as people of a language read it, such as `$19.99`, `19,99 €` or `KWD 1.999`: the currency says how many of the digits are decimal places.
 * @param amount minor units
 */
export function moneyText(amount: number, currency: string, locale: string): string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amount / 10 ** digits);
}
