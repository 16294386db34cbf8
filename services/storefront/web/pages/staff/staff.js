// The back office: for staff, and for nobody else. The API decides about every request; this decides only what is shown.
import { api, session } from '../../api.js';
import { h } from '../../dom.js';

const staffRoles = ['support', 'staff', 'admin'];

/** Whether an account may look into the back office. */
export function isStaff(user) {
  return hasOneOf(staffRoles, user);
}

function hasOneOf(roles, user) {
  return user?.roles?.some((role) => roles.includes(role)) ?? false;
}

/**
 * A page of the back office. Its `page` is told what the person may do: support looks, staff and administrators also change.
 * @param roles who sees it
 */
export function forStaff(page, roles = staffRoles) {
  return async (parts) => {
    const user = session() === null ? undefined : await whoIAm();
    if (!hasOneOf(roles, user)) return refusal(user);
    const mayChange = hasOneOf(['staff', 'admin'], user);
    return [navigation(user), await page({ ...parts, mayChange })];
  };
}

/** Logging in helps only who has not. */
function refusal(user) {
  const shop = (words) => h('a', { href: '/' }, words);
  return user === undefined
    ? [h('h1', {}, 'That is not here'), h('p', {}, h('a', { href: '/login' }, 'Log in'), ' or go ', shop('back to the shop'))]
    : [h('h1', {}, 'Your account may not see this'), h('p', {}, 'It is for some of the staff only.'), h('p', {}, shop('Back to the shop'))];
}

async function whoIAm() {
  try {
    return await api('GET', '/api/auth/me');
  } catch (error) {
    if (error.status !== 401) throw error;
    return undefined;
  }
}

const places = {
  '/staff': 'Orders',
  '/staff/stock': 'Stock',
  '/staff/products': 'Products',
  '/staff/categories': 'Categories',
  '/staff/prices': 'Prices',
  '/staff/import': 'Import',
  '/staff/reviews': 'Reviews',
  '/staff/messages': 'Messages',
};

const placesOfAdmins = { '/staff/keys': 'API keys' };

function navigation(user) {
  const shown = hasOneOf(['admin'], user) ? { ...places, ...placesOfAdmins } : places;
  const here = Object.keys(shown).findLast((path) => location.pathname.startsWith(path));
  const links = Object.entries(shown).map(([href, label]) => h('a', { href, 'aria-current': href === here ? 'page' : null }, label));
  return h('nav', { class: 'tabs', 'aria-label': 'Back office' }, links);
}
