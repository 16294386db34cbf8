import { regionCode } from './places.ts';
import type { Address } from './schemas.ts';

/** An address as it is kept, however it was written: nothing blank around its lines, no second line that says nothing, a known region by its code. */
export function canonicalAddress({ name, line1, line2 = '', city, region, postalCode, country }: Address): Address {
  return {
    name: name.trim(),
    line1: line1.trim(),
    ...(line2.trim() === '' ? {} : { line2: line2.trim() }),
    city: city.trim(),
    region: regionCode(country, region),
    postalCode: postalCode.trim(),
    country,
  };
}
