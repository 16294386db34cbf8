import { api } from '../api.js';
import { field, h, labelled, select } from '../dom.js';

/** Where something goes: the fields of an address, with the region as a choice where the country's regions are known. */
export async function addressFields(address) {
  const { countries, regions } = await api('GET', '/places.json');
  const { name, line1, line2, postalCode, city, region = '', country = 'US' } = address;
  const names = new Intl.DisplayNames(navigator.language, { type: 'region', fallback: 'code' });
  const known = countries.map((code) => [code, names.of(code)]).sort(([, one], [, other]) => one.localeCompare(other));
  // One that was kept before there was a list may name a country otherwise: better asked for than taken to be the first.
  const choices = countries.includes(country) ? known : [['', 'Choose …'], ...known];
  const place = h('div', { class: 'field' });
  const askRegion = (code, chosen) => place.replaceChildren(regionField(regions[code], chosen));
  const onchange = ({ target }) => askRegion(target.value, '');
  askRegion(country, region);
  return [
    field('Name', { name: 'name', required: true, autocomplete: 'name', value: name }),
    field('Street and number', { name: 'line1', required: true, autocomplete: 'address-line1', value: line1 }),
    field('More (optional)', { name: 'line2', autocomplete: 'address-line2', value: line2 }),
    h(
      'div',
      { class: 'row' },
      field('Postal code', { name: 'postalCode', required: true, autocomplete: 'postal-code', value: postalCode }),
      field('City', { name: 'city', required: true, autocomplete: 'address-level2', value: city }),
    ),
    h(
      'div',
      { class: 'row' },
      labelled('Country', select({ name: 'country', required: true, autocomplete: 'country', onchange }, choices, country)),
      place,
    ),
  ];
}

function regionField(known, region) {
  const attributes = { name: 'region', autocomplete: 'address-level1' };
  if (known === undefined) return field('Region (optional)', { ...attributes, value: region });
  const codes = Object.entries(known);
  const chosen = codes.find((one) => one.includes(region))?.[0] ?? '';
  return labelled('State or province', select({ ...attributes, required: true }, [['', 'Choose …'], ...codes], chosen));
}
