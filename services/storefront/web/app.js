// The shop: an address, a page. Links are followed without loading anew.
import { session } from './api.js';
import { mountBell } from './bell.js';
import { readCart } from './cart.js';
import { h } from './dom.js';
import { accountLinkPage } from './pages/account-link.js';
import { accountPage } from './pages/account.js';
import { addressesPage } from './pages/addresses.js';
import { cartPage } from './pages/cart.js';
import { checkoutPage } from './pages/checkout.js';
import { detailsPage } from './pages/details.js';
import { forgottenPage } from './pages/forgotten.js';
import { listPage } from './pages/list.js';
import { mailboxPage } from './pages/mailbox.js';
import { notificationsPage } from './pages/notifications.js';
import { orderPage } from './pages/order.js';
import { preferencesPage } from './pages/preferences.js';
import { productPage } from './pages/product.js';
import { securityPage } from './pages/security.js';
import { unsubscribePage } from './pages/unsubscribe.js';
import { staffOrderPage } from './pages/staff/order.js';
import { staffOrdersPage } from './pages/staff/orders.js';
import { staffReviewsPage } from './pages/staff/reviews.js';
import { isStaff } from './pages/staff/staff.js';
import { staffCategoriesPage } from './pages/staff/categories.js';
import { staffImportPage } from './pages/staff/import.js';
import { staffKeysPage } from './pages/staff/keys.js';
import { staffMessagePage } from './pages/staff/message.js';
import { staffMessagesPage } from './pages/staff/messages.js';
import { staffPricesPage } from './pages/staff/prices.js';
import { staffProductPage } from './pages/staff/product.js';
import { staffProductsPage } from './pages/staff/products.js';
import { staffStockPage } from './pages/staff/stock.js';
import { staffSuppressionsPage } from './pages/staff/suppressions.js';
import { logInPath } from './log-in-path.js';
import { shareSession } from './session.js';
import { suggestions } from './suggest.js';

/** A page of one's own account: whoever is not signed in logs in first, and is led back. */
function forSignedIn(page) {
  return (parts) => (session() === null ? logInFirst() : page(parts));
}

const logInFirst = () => go(logInPath(location.pathname + location.search), { replace: true });

const pages = [
  [/^\/(?:search)?$/, listPage],
  [/^\/products\/([^/]+)$/, productPage],
  [/^\/cart$/, cartPage],
  [/^\/checkout$/, checkoutPage],
  [/^\/orders\/([^/]+)$/, orderPage],
  [/^\/(?:account|login|register)$/, accountPage],
  [/^\/account\/details$/, forSignedIn(detailsPage)],
  [/^\/account\/addresses$/, forSignedIn(addressesPage)],
  [/^\/account\/security$/, forSignedIn(securityPage)],
  [/^\/notifications$/, forSignedIn(notificationsPage)],
  [/^\/account\/messages$/, forSignedIn(preferencesPage)],
  [/^\/account\/link$/, accountLinkPage],
  [/^\/account\/forgotten$/, forgottenPage],
  [/^\/unsubscribe$/, unsubscribePage],
  [/^\/mailbox$/, mailboxPage],
  [/^\/staff$/, staffOrdersPage],
  [/^\/staff\/orders\/([^/]+)$/, staffOrderPage],
  [/^\/staff\/stock$/, staffStockPage],
  [/^\/staff\/reviews$/, staffReviewsPage],
  [/^\/staff\/products$/, staffProductsPage],
  [/^\/staff\/products\/([^/]+)$/, staffProductPage],
  [/^\/staff\/categories$/, staffCategoriesPage],
  [/^\/staff\/prices$/, staffPricesPage],
  [/^\/staff\/import$/, staffImportPage],
  [/^\/staff\/messages$/, staffMessagesPage],
  [/^\/staff\/messages\/suppressed$/, staffSuppressionsPage],
  [/^\/staff\/messages\/([^/]+)$/, staffMessagePage],
  [/^\/staff\/keys$/, staffKeysPage],
];

const main = document.querySelector('#main');
let shown = new AbortController();

async function show() {
  shown.abort();
  shown = new AbortController();
  const { signal } = shown;
  const [page, match] = pages.map(([pattern, make]) => [make, pattern.exec(location.pathname)]).find(([, found]) => found) ?? [];
  try {
    const content =
      page === undefined
        ? [h('h1', {}, 'There is no such page'), h('p', {}, 'Perhaps it has moved, or the address is not complete.'), backToShop()]
        : await page({ id: match[1], query: new URLSearchParams(location.search), signal, go });
    if (signal.aborted) return;
    main.replaceChildren(...[content].flat(Infinity).filter(Boolean));
    document.title = `${main.querySelector('h1')?.textContent ?? 'Shop'} · Cartwright`;
  } catch (error) {
    if (signal.aborted) return;
    if (error.status === 401 && session() === null) {
      await logInFirst(); // the session has ended, as by a password that was changed elsewhere
      return;
    }
    main.replaceChildren(
      h('h1', {}, error.status === 404 ? 'That is not here' : 'That did not work'),
      h('p', {}, error.message),
      backToShop(),
    );
  }
}

const backToShop = () => h('p', {}, h('a', { href: '/' }, 'Back to the shop'));

export function go(path, { replace = false } = {}) {
  if (replace) history.replaceState(null, '', path);
  else history.pushState(null, '', path);
  window.scrollTo(0, 0);
  main.focus({ preventScroll: true });
  return show();
}

document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[href^="/"]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || link.getAttribute('href').startsWith('/api/')) return;
  event.preventDefault();
  void go(link.getAttribute('href'));
});
document.querySelector('form.find').addEventListener('submit', (event) => {
  event.preventDefault();
  const q = new FormData(event.target).get('q').trim();
  void go(q === '' ? '/' : `/search?q=${encodeURIComponent(q)}`);
});
suggestions(document.querySelector('#q'), (slug) => void go(`/products/${slug}`));
window.addEventListener('popstate', show);
window.addEventListener('cart', ({ detail }) => {
  document.querySelector('#cart-link').textContent = detail === 0 ? 'Cart' : `Cart (${detail})`;
});
function showAccount() {
  const user = session()?.user;
  document.querySelector('#account-link').textContent = user?.name ?? 'Log in';
  document.querySelector('#staff-link').hidden = !isStaff(user);
}
shareSession();
window.addEventListener('session', showAccount);
showAccount();
mountBell(document.querySelector('#bell'));
readCart().catch(() => undefined);
void show();
