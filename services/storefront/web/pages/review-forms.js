// Forms of a review.
import { api } from '../api.js';
import { disclosure, field, form, h } from '../dom.js';

const reasons = {
  off_topic: 'It is not about the product',
  spam: 'It is an advertisement',
  offensive: 'It hurts people',
  personal_data: 'It says who somebody is',
  other: 'Something else',
};

/** Writes or changes a review; `remove` is there where it can be taken back. */
export function reviewForm(review, send, changed, remove) {
  const stars = h(
    'fieldset',
    { class: 'give-stars' },
    h('legend', {}, 'How many stars'),
    [1, 2, 3, 4, 5].map((value) =>
      h(
        'label',
        { class: 'choice' },
        h('input', { type: 'radio', name: 'rating', value, required: true, checked: review.rating === value }),
        h('span', {}, `${value} ★`),
      ),
    ),
  );
  const words = h('textarea', { name: 'text', required: true, maxlength: 5000, rows: 5, 'aria-describedby': 'review-text-error' });
  words.value = review.text ?? '';
  const back = h('button', { type: 'button', class: 'plain' }, 'Take it back');
  const element = form(
    { 'aria-label': 'Review' },
    async ({ author, rating, title, text }) => {
      const heading = title.trim();
      await send({ author: author.trim(), rating: Number(rating), ...(heading === '' ? {} : { title: heading }), text: text.trim() });
      await changed();
    },
    stars,
    field('Title (you need not give one)', { name: 'title', maxlength: 200, value: review.title ?? '' }),
    h(
      'div',
      { class: 'field' },
      h('label', {}, h('span', {}, 'What you think of it'), words),
      h('small', { id: 'review-text-error', class: 'error' }),
    ),
    field('The name that others see', { name: 'author', required: true, maxlength: 100, value: review.author ?? '' }),
    h('button', { type: 'submit', class: 'primary' }, 'Send'),
    remove ? back : null,
  );
  back.addEventListener('click', async () => {
    back.disabled = true;
    try {
      await remove();
      await changed();
    } catch (problem) {
      element.querySelector('[role=alert]').textContent = problem.message;
    } finally {
      back.disabled = false;
    }
  });
  return element;
}

/** Tells staff what is wrong with a review. */
export function reportForm(path) {
  const told = disclosure(
    'Report',
    form(
      { 'aria-label': 'Report the review' },
      async ({ reason, note }) => {
        await api('PUT', `${path}/report`, { reason, ...(note.trim() === '' ? {} : { note: note.trim() }) });
        told.replaceChildren(h('summary', {}, 'Reported'), h('p', { role: 'status' }, 'Thank you. Somebody of the shop will read it.'));
      },
      h(
        'label',
        {},
        h('span', {}, 'What is wrong with it'),
        h(
          'select',
          { name: 'reason' },
          Object.entries(reasons).map(([value, words]) => h('option', { value }, words)),
        ),
      ),
      field('More (you need not say)', { name: 'note', maxlength: 500 }),
      h('button', { type: 'submit' }, 'Send the report'),
    ),
  );
  return told;
}
