// What people say of a product, and what who looks at it can say.
import { api, session } from '../api.js';
import { disclosure, h, time } from '../dom.js';
import { logInPath } from '../log-in-path.js';
import { reportForm, reviewForm } from './review-forms.js';

const sorts = { helpful: 'Most helpful', newest: 'Newest', rating: 'Best first', '-rating': 'Worst first' };

/** The reviews of a product. `user` is who looks at it, undefined where nobody is signed in. */
export async function reviewsOf(product) {
  const user = session()?.user;
  const path = `/api/catalog/products/${product.id}/reviews`;
  const list = h('ul', { class: 'reviews' });
  const error = h('p', { class: 'error', role: 'alert' });
  const more = h('button', { type: 'button', class: 'more', hidden: true }, 'More reviews');
  const overview = h('div', {});
  const own = h('div', { class: 'own-review' });
  const asked = { sort: 'helpful', stars: undefined, cursor: null };

  async function add() {
    error.textContent = '';
    more.disabled = true;
    try {
      const { sort, stars, cursor } = asked;
      const words = new URLSearchParams({ limit: '10', sort, ...(stars ? { stars } : {}), ...(cursor ? { cursor } : {}) });
      const { items, nextCursor, summary } = await api('GET', `${path}?${words}`);
      list.append(...items.map((review) => row(review, user)));
      asked.cursor = nextCursor;
      more.hidden = nextCursor === null;
      overview.replaceChildren(summaryOf(summary, asked.stars, (value) => void again({ stars: value })));
      if (list.children.length === 0) list.append(h('li', { class: 'quiet' }, 'Nobody has said anything yet.'));
    } catch (problem) {
      error.textContent = problem.message;
    } finally {
      more.disabled = false;
    }
  }
  function again(change = {}) {
    Object.assign(asked, change, { cursor: null });
    list.replaceChildren();
    return add();
  }
  async function showOwn() {
    if (user === undefined) {
      own.replaceChildren(h('p', {}, h('a', { href: logInPath(location.pathname) }, 'Log in'), ' to say what you think of it.'));
      return;
    }
    const { review, bought } = await api('GET', `${path}/mine`);
    own.replaceChildren(...ownView({ review, bought, path, user, changed: () => Promise.all([showOwn(), again()]) }));
  }

  more.addEventListener('click', () => void add());
  await Promise.all([add(), showOwn().catch((problem) => own.replaceChildren(h('p', { class: 'error' }, problem.message)))]);
  const sort = h(
    'select',
    { id: 'review-sort', onchange: (event) => void again({ sort: event.target.value }) },
    Object.entries(sorts).map(([value, text]) => h('option', { value }, text)),
  );
  return h(
    'section',
    { 'aria-labelledby': 'reviews-heading' },
    h('h2', { id: 'reviews-heading' }, 'Reviews'),
    overview,
    own,
    h('p', {}, h('label', { for: 'review-sort', class: 'hidden' }, 'Order of the reviews'), sort),
    list,
    error,
    more,
  );
}

/** How many stars were given how often; each line is a filter. */
function summaryOf({ average, count, stars }, chosen, choose) {
  if (count === 0) return h('div', {});
  const bar = (value) => {
    const number = stars[value - 1];
    const isChosen = chosen === String(value);
    return h(
      'button',
      {
        type: 'button',
        class: 'bar',
        'aria-pressed': String(isChosen),
        'aria-label': `${value} stars: ${number} of ${count}${isChosen ? ', show all' : ''}`,
        disabled: number === 0,
        onclick: () => choose(isChosen ? undefined : String(value)),
      },
      h('span', {}, `${value} ★`),
      h('meter', { min: 0, max: count, value: number, 'aria-hidden': 'true' }),
      h('span', {}, String(number)),
    );
  };
  return h(
    'div',
    { class: 'summary' },
    h('p', { class: 'big' }, String(average), h('small', { class: 'quiet' }, ` of 5, ${count} ${count === 1 ? 'review' : 'reviews'}`)),
    h('div', { role: 'group', 'aria-label': 'By stars' }, [5, 4, 3, 2, 1].map(bar)),
  );
}

function row(review, user) {
  const { author, rating, title, text, createdAt, editedAt, verified } = review;
  return h(
    'li',
    { 'data-review': review.id },
    h(
      'p',
      {},
      h('strong', {}, author),
      ' ',
      h('span', { class: 'stars', role: 'img', 'aria-label': `${rating} of 5 stars` }, '★'.repeat(rating) + '☆'.repeat(5 - rating)),
      verified ? h('span', { class: 'verified' }, ' ✓ bought here') : null,
    ),
    title ? h('p', {}, h('strong', {}, title)) : null,
    h('p', { class: 'text' }, text),
    h('p', { class: 'quiet' }, h('small', {}, time(createdAt), editedAt ? ', changed since' : '')),
    opinion(review, user),
  );
}

/** Whether it helped, and a way to tell staff of it; only to read for who is not signed in. */
function opinion(review, user) {
  const path = `/api/catalog/reviews/${review.id}`;
  const place = h('div', { class: 'opinion' });
  const error = h('small', { class: 'error', role: 'alert' });
  const show = ({ helpful, unhelpful, myVote }) => {
    const button = (value, label, count) =>
      h(
        'button',
        {
          type: 'button',
          disabled: user === undefined,
          'aria-pressed': String(myVote === value),
          onclick: () => void vote(myVote === value ? null : value),
        },
        `${label} (${count})`,
      );
    place.replaceChildren(button(true, 'Helpful', helpful), button(false, 'Not helpful', unhelpful), error);
  };
  const vote = async (helpful) => {
    error.textContent = '';
    try {
      show(await (helpful === null ? api('DELETE', `${path}/vote`) : api('PUT', `${path}/vote`, { helpful })));
    } catch (problem) {
      error.textContent = problem.message;
    }
  };
  show(review);
  return [place, user === undefined ? null : reportForm(path)];
}

/** What who looks has written, or the form to write it. */
function ownView({ review, bought, path, user, changed }) {
  if (review === null) {
    const write = (body) => api('POST', path, body);
    const hint = bought ? 'You have bought it here: that will stand beside what you say.' : null;
    return [
      disclosure('Write a review', hint ? h('p', { class: 'quiet' }, hint) : null, reviewForm({ author: user.name }, write, changed)),
    ];
  }
  const own = `/api/catalog/reviews/${review.id}`;
  const waits = { pending: 'Your review waits until somebody of the shop has read it', rejected: 'Your review is not shown' }[
    review.status
  ];
  return [
    waits ? h('p', { class: 'notice', role: 'status' }, `${waits}: ${review.reason}`) : null,
    disclosure(
      `Change your review (${'★'.repeat(review.rating)})`,
      reviewForm(
        review,
        (body) => api('PATCH', own, { ...body, title: body.title ?? null }),
        changed,
        () => api('DELETE', own),
      ),
    ),
  ].filter(Boolean);
}
