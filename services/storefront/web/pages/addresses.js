import { addressFrom, addressInShort, addressLines } from '../address-words.js';
import { api, session } from '../api.js';
import { disclosure, form, h } from '../dom.js';
import { addressFields } from './address-fields.js';

const path = '/api/auth/me/addresses';

/** The address book: where the shop may send things, kept for the next check-out. */
export async function addressesPage() {
  const list = h('ul', { class: 'plain' });
  const none = h('p', { class: 'quiet' }, 'None yet. What you add here is offered to you at the check-out.');
  const said = h('div', { role: 'status', class: 'quiet', tabindex: -1 });
  const show = async () => {
    const { items } = await api('GET', path);
    list.replaceChildren(...items.map((one) => entry(one, changed)));
    none.hidden = items.length > 0;
  };
  /** Shows the book anew, and says what was done. */
  const changed = async (...words) => {
    await show();
    said.replaceChildren(...words);
    said.focus(); // what had it is not there any more
  };
  await show();
  return h('div', { class: 'security' }, h('h1', {}, 'Address book'), said, none, list, await adding(changed));
}

async function adding(changed) {
  const blank = () => addressFields({ name: session()?.user.name });
  const fields = h('div', {}, await blank());
  const add = async (values) => {
    await api('POST', path, addressFrom(values));
    fields.replaceChildren(...(await blank()));
    closed.open = false;
    await changed('The address is kept.');
  };
  const closed = disclosure('Add an address', form({}, add, fields, h('button', { type: 'submit', class: 'primary' }, 'Keep it')));
  return closed;
}

function entry({ id, address }, changed) {
  const item = h('li');
  /** Says of which address, to who hears buttons one by one. */
  const named = (words) => [words, h('span', { class: 'hidden' }, `: ${addressInShort(address)}`)];
  const save = async (values) => {
    await api('PUT', `${path}/${id}`, addressFrom(values));
    await changed('The address is changed.');
  };
  const putBack = async () => {
    await api('POST', path, address);
    await changed('The address is back.');
  };
  const remove = async () => {
    await api('DELETE', `${path}/${id}`);
    await changed(form({}, putBack, 'The address is removed. ', h('button', { type: 'submit', class: 'plain' }, 'Put it back')));
  };
  const edit = h('button', { type: 'button' }, named('Edit'));
  const view = [
    h(
      'address',
      {},
      addressLines(address).map((line) => h('div', {}, line)),
    ),
    form({}, remove, edit, ' ', h('button', { type: 'submit' }, named('Remove'))),
  ];
  const cancel = () => {
    item.replaceChildren(...view);
    edit.focus();
  };
  edit.onclick = async () => {
    const editing = form(
      { 'aria-label': `Edit: ${addressInShort(address)}` },
      save,
      await addressFields(address),
      h('button', { type: 'submit', class: 'primary' }, 'Save'),
      ' ',
      h('button', { type: 'button', onclick: cancel }, 'Cancel'),
    );
    item.replaceChildren(editing);
    editing.elements[0].focus();
  };
  item.append(...view);
  return item;
}
