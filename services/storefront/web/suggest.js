// Suggestions while one types: a combobox by the ARIA pattern, with the keyboard as with the mouse.
import { api } from './api.js';
import { h } from './dom.js';

const waitMs = 120;

/** @param open goes to a product's page */
export function suggestions(input, open) {
  const list = h('ul', { id: 'suggestions', role: 'listbox', 'aria-label': 'Suggestions', hidden: true });
  const said = h('span', { class: 'hidden', role: 'status' });
  input.after(list, said);
  for (const [name, value] of Object.entries({
    role: 'combobox',
    'aria-controls': list.id,
    'aria-expanded': 'false',
    'aria-autocomplete': 'list',
  }))
    input.setAttribute(name, value);
  let shown = [];
  let chosen = -1;
  let asked = 0;
  let timer;

  function close() {
    clearTimeout(timer);
    asked += 1; // an answer that is still on its way opens nothing
    list.hidden = true;
    input.setAttribute('aria-expanded', 'false');
    choose(-1);
  }
  function choose(index) {
    chosen = index;
    for (const [at, option] of [...list.children].entries()) option.setAttribute('aria-selected', String(at === chosen));
    if (chosen === -1) input.removeAttribute('aria-activedescendant');
    else input.setAttribute('aria-activedescendant', `suggestion-${chosen}`);
  }
  function take(index) {
    const { slug, text } = shown[index];
    input.value = text;
    close();
    open(slug);
  }
  async function ask() {
    const words = input.value.trim();
    if (words === '') return close();
    const mine = (asked += 1);
    const { items } = await api('GET', `/api/catalog/suggest?limit=8&q=${encodeURIComponent(words)}`).catch(() => ({ items: [] }));
    if (mine !== asked || document.activeElement !== input) return undefined;
    shown = items;
    list.replaceChildren(
      ...items.map(({ text }, index) =>
        h(
          'li',
          {
            id: `suggestion-${index}`,
            role: 'option',
            // Before the field loses the focus, which would close the list.
            onpointerdown: (event) => {
              event.preventDefault();
              take(index);
            },
          },
          text,
        ),
      ),
    );
    list.hidden = items.length === 0;
    input.setAttribute('aria-expanded', String(items.length > 0));
    said.textContent = items.length === 0 ? '' : `${items.length} ${items.length === 1 ? 'suggestion' : 'suggestions'}`;
    choose(-1);
    return undefined;
  }

  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), waitMs);
  });
  input.addEventListener('blur', close);
  input.form.addEventListener('submit', close);
  input.addEventListener('keydown', (event) => {
    if (list.hidden) {
      if (event.key === 'ArrowDown') void ask();
      return;
    }
    const count = shown.length;
    // From the field downwards, and round; -1 is the field itself.
    const steps = { ArrowDown: chosen + 1 < count ? chosen + 1 : -1, ArrowUp: chosen === -1 ? count - 1 : chosen - 1 };
    if (event.key in steps) choose(steps[event.key]);
    else if (event.key === 'Enter' && chosen !== -1) take(chosen);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
  });
}
