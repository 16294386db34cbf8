import { api } from '../../api.js';
import { FieldError, disclosure, field, form, h, time } from '../../dom.js';
import { forStaff } from './staff.js';

const views = { pending: 'Waiting', reported: 'Reported by customers', approved: 'Shown', rejected: 'Rejected' };
const reportReasons = {
  off_topic: 'not about the product',
  spam: 'an advertisement',
  offensive: 'hurts people',
  personal_data: 'says who somebody is',
  other: 'something else',
};

/** Reviews that wait for somebody to read them, and those that were decided. */
export const staffReviewsPage = forStaff(async ({ query, mayChange }) => {
  const status = Object.hasOwn(views, query.get('status') ?? '') ? query.get('status') : 'pending';
  const list = h('ul', { class: 'reviews' });
  const none = h('p', { class: 'quiet', role: 'status', hidden: true }, 'Nothing to read here.');
  const error = h('p', { class: 'error', role: 'alert' });
  const more = h('button', { type: 'button', class: 'more', hidden: true }, 'More');
  let cursor;
  const add = async () => {
    error.textContent = '';
    more.disabled = true;
    try {
      const words = new URLSearchParams({ limit: '25', status, ...(cursor ? { cursor } : {}) });
      const { items, nextCursor } = await api('GET', `/api/catalog/reviews?${words}`);
      list.append(...items.map((review) => row(review, mayChange)));
      cursor = nextCursor;
      more.hidden = nextCursor === null;
      none.hidden = list.children.length > 0;
    } catch (problem) {
      error.textContent = problem.message;
    } finally {
      more.disabled = false;
    }
  };
  more.addEventListener('click', () => void add());
  await add();
  const link = ([value, label]) =>
    h('a', { href: `/staff/reviews?status=${value}`, 'aria-current': value === status ? 'page' : null }, label);
  return [
    h('h1', {}, 'Reviews'),
    h('nav', { class: 'tabs', 'aria-label': 'Which reviews' }, Object.entries(views).map(link)),
    list,
    none,
    error,
    more,
  ];
});

function row(review, mayChange) {
  const place = h('li', { 'data-review': review.id });
  const show = (now) => place.replaceChildren(...[content(now), mayChange ? decisions(now, show) : null].flat().filter(Boolean));
  show(review);
  return place;
}

function content({ product, author, rating, title, text, createdAt, verified, status, reason, reports, helpful, unhelpful }) {
  return [
    h(
      'p',
      {},
      h('span', { class: `state ${status}` }, views[status]),
      reason ? `: ${reason} · ` : ' · ',
      product === null ? 'a product that is gone' : h('a', { href: `/products/${product.slug}` }, product.title),
    ),
    h(
      'p',
      {},
      h('strong', {}, author),
      ` ${'★'.repeat(rating)} `,
      h('small', { class: 'quiet' }, time(createdAt), verified ? ' · bought here' : '', ` · helpful ${helpful}, not ${unhelpful}`),
    ),
    title ? h('p', {}, h('strong', {}, title)) : null,
    h('p', { class: 'text' }, text),
    reports.length === 0
      ? null
      : h(
          'ul',
          { 'aria-label': 'Reports' },
          reports.map((report) =>
            h('li', {}, `Reported: ${reportReasons[report.reason] ?? report.reason}`, report.note ? ` – ${report.note}` : ''),
          ),
        ),
  ];
}

/** The decision is about the text that was read: where it was changed meanwhile, the API refuses, and the page has to be read again. */
function decisions(review, show) {
  const { id, status, revision, reports } = review;
  const decide = async (body) => show(await api('POST', `/api/catalog/reviews/${id}/decisions`, { ...body, revision }));
  const approve = form(
    { 'aria-label': 'Approve' },
    () => decide({ status: 'approved' }),
    h('button', { type: 'submit', class: 'primary' }, status === 'approved' ? 'Leave it as it is' : 'Approve'),
  );
  const reject = disclosure(
    'Reject',
    form(
      { 'aria-label': 'Reject' },
      ({ reason }) => {
        if (reason.trim() === '') throw new FieldError('/reason', 'Say why.');
        return decide({ status: 'rejected', reason: reason.trim() });
      },
      field('Why (its author reads it)', { name: 'reason', required: true, maxlength: 500 }),
      h('button', { type: 'submit' }, 'Reject it'),
    ),
  );
  return [status !== 'approved' || reports.length > 0 ? approve : null, status === 'rejected' && reports.length === 0 ? null : reject];
}
