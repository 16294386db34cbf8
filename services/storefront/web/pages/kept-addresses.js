import { addressInShort } from '../address-words.js';
import { api, session } from '../api.js';
import { h, labelled, select } from '../dom.js';
import { addressFields } from './address-fields.js';

/** The fields of an address, and above them the address book of who is signed in, to fill them in with: its first address, unless one is given. */
export async function addressFieldsWithBook(address) {
  const items = await addressBook();
  if (items.length === 0) return addressFields(address);
  const first = address.line1 === undefined ? items[0] : undefined;
  const place = h('div', {}, await addressFields(first?.address ?? address));
  const onchange = async ({ target }) => {
    const { value } = target;
    const fields = await addressFields(items.find(({ id }) => id === value)?.address ?? address);
    if (target.value !== value) return; // chosen again meanwhile
    place.replaceChildren(...fields);
    // As if it had been typed: a price follows from where something goes.
    place.querySelector('[name=postalCode]').dispatchEvent(new Event('change', { bubbles: true }));
  };
  const choices = [
    ...items.map(({ id, address: kept }) => [id, addressInShort(kept)]),
    ['', first ? 'Another address' : 'As it was filled in'],
  ];
  return [labelled('From your address book', select({ onchange }, choices, first?.id ?? '')), place];
}

/** Nobody is kept from ordering because the book cannot be had. */
async function addressBook() {
  if (session() === null) return [];
  const { items } = await api('GET', '/api/auth/me/addresses').catch(() => ({ items: [] }));
  return items;
}
