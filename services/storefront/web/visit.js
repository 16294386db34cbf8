// What was looked at in this window, told without saying who looks: the shop learns what goes with what.
import { api, newKey } from './api.js';

const stored = 'cartwright.visit';
let from = 'elsewhere';

/** A number that this window draws for itself; it ends with the window, or when it was not used for an hour. */
function visitId() {
  const known = JSON.parse(sessionStorage.getItem(stored) ?? 'null');
  const id = known !== null && Date.now() - known.at < 3_600_000 ? known.id : uuid(newKey());
  sessionStorage.setItem(stored, JSON.stringify({ id, at: Date.now() }));
  return id;
}

/** A random UUID of 32 hexadecimal digits. */
function uuid(digits) {
  return [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`, `8${digits.slice(17, 20)}`, digits.slice(20)].join('-');
}

/** The next product is opened from here: `search` or `recommendation`. */
export function cameFrom(place) {
  from = place;
}

/** Tells of a look at a product. Whoever asks not to be followed is not; a shop that cannot be told sells all the same. */
export function noteView(productId) {
  const place = from;
  from = 'elsewhere';
  if (navigator.globalPrivacyControl || navigator.doNotTrack === '1') return;
  api('POST', `/api/catalog/products/${productId}/views`, { visitId: visitId(), from: place }).catch(() => undefined);
}

/** Tells which product of a search was opened. */
export function noteClick(searchId, productId, position) {
  api('POST', '/api/catalog/search/clicks', { searchId, productId, position }).catch(() => undefined);
}
