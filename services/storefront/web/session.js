// Who is signed in, in this tab. A browser that duplicates a tab copies its session: then several tabs hold one refresh token, which is
// good once and ends the session when it is used twice. So tabs renew one after the other, and tell each other what they got. Tokens stay
// in the memory of tabs: what is in localStorage would outlive them.

import { pause } from './dom.js';

const stored = 'cartwright.session';
/** How long a tab waits for others to say that they have newer tokens. Others of this browser answer within a few milliseconds. */
const answerMs = 300;
let others;

export function session() {
  return JSON.parse(sessionStorage.getItem(stored) ?? 'null');
}

export function keepSession(tokens) {
  if (tokens === null) sessionStorage.removeItem(stored);
  else sessionStorage.setItem(stored, JSON.stringify(tokens));
  window.dispatchEvent(new CustomEvent('session'));
}

/** Keeps what is known of who is signed in, such as a new name. */
export function keepUser(user) {
  const tokens = session();
  if (tokens !== null) keepSession({ ...tokens, user });
}

/** Joins the tabs of this browser: takes newer tokens of its own session from them, and answers who asks for such. */
export function shareSession() {
  others = new BroadcastChannel('cartwright.session');
  others.addEventListener('message', ({ data }) => {
    const mine = session();
    if (mine === null || idOf(mine) !== data.id) return;
    if (data.tokens !== undefined && data.renewals > renewalsOf(mine)) keepSession(data.tokens);
    else if (data.tokens === undefined && data.renewals < renewalsOf(mine)) tell(mine);
  });
}

/**
 * Puts new tokens in the place of those with this access token, unless that was done meanwhile, here or in another tab.
 * @param renew answers new tokens; null where the session has ended
 */
export async function renewAlone(accessToken, renew) {
  const isRenewed = () => session()?.accessToken !== accessToken;
  if (isRenewed()) return;
  await oneByOne(idOf(session()), async () => {
    if (!isRenewed()) await askOthers();
    if (isRenewed()) return;
    const before = session();
    const tokens = await renew(before);
    if (isRenewed()) return; // logged out meanwhile, or somebody else logged in
    keepSession(tokens === null ? null : { ...tokens, renewals: renewalsOf(before) + 1 });
    if (tokens !== null) tell(session());
  });
}

/** Pages over plain HTTP have no locks; there two tabs that renew in the same moment still log each other out. */
function oneByOne(id, work) {
  return navigator.locks === undefined ? work() : navigator.locks.request(`session-${id}`, work);
}

/** Ends when this tab has taken newer tokens, or none came. */
function askOthers() {
  const mine = session();
  const taken = new AbortController();
  window.addEventListener('session', () => taken.abort(), { once: true });
  others?.postMessage({ id: idOf(mine), renewals: renewalsOf(mine) });
  return pause(answerMs, taken.signal);
}

function tell(tokens) {
  others?.postMessage({ id: idOf(tokens), renewals: renewalsOf(tokens), tokens });
}

/** A refresh token begins with its session. */
function idOf({ refreshToken }) {
  return refreshToken.split('.', 1)[0];
}

function renewalsOf({ renewals = 0 }) {
  return renewals;
}
