// Where a log-in leads. Pure.

/** The log-in, for who shall go on to a page of the shop afterwards. */
export function logInPath(path) {
  return `/login?to=${encodeURIComponent(path)}`;
}

/** Where a log-in goes on to: the page that asked for it, as `to` of its address names it, if it is one of this shop. */
export function placeAfter(to, origin) {
  const place = URL.canParse(to ?? '', origin) ? new URL(to ?? '', origin) : undefined;
  // `//host` names another place again once the origin is gone.
  const isPage = place?.origin === origin && place.pathname !== '/' && !place.pathname.startsWith('//');
  return isPage ? place.pathname + place.search : '/account';
}
