// Addresses as people read and write them. Pure.

/** The lines of an address on an envelope. */
export function addressLines({ name, line1, line2, postalCode, city, region, country }) {
  return [name, line1, line2, `${postalCode} ${city}`, [region, country].filter(Boolean).join(', ')].filter(Boolean);
}

/** An address in so many words as tell it from others, for a choice. */
export function addressInShort({ name, line1, city }) {
  return [name, line1, city].join(', ');
}

/** An address as the API takes it, out of the values of its fields: a second line that says nothing is left out. */
export function addressFrom({ name, line1, line2 = '', city, region, postalCode, country }) {
  return { name, line1, ...(line2.trim() === '' ? {} : { line2 }), city, region, postalCode, country };
}
