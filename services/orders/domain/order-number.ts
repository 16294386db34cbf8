/** Crockford's base 32: no I, L, O, U, so that a number can be read out on the telephone. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * The number that customers see, as CW-7K2MD-9QXDV: 50 random bits, so that nobody can count our orders or guess a neighbour's. That it is
 * unique is held by the database.
 * @param random at least ten random bytes
 */
export function orderNumber(random: Uint8Array): string {
  const characters = Array.from(random.subarray(0, 10), (byte) => alphabet.charAt(byte % 32));
  if (characters.length < 10) throw new RangeError('An order number takes ten random bytes');
  return `CW-${characters.slice(0, 5).join('')}-${characters.slice(5).join('')}`;
}
