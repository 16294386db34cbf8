// Calls of the API. Whoever is signed in sends the access token; a guest's key to an order is a cookie that scripts cannot read.

export class ApiError extends Error {
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? `The shop answered ${status}`);
    this.status = status;
    this.problem = problem;
  }
}

const stored = 'cartwright.session';

export function session() {
  return JSON.parse(sessionStorage.getItem(stored) ?? 'null');
}

export function keepSession(tokens) {
  if (tokens === null) sessionStorage.removeItem(stored);
  else sessionStorage.setItem(stored, JSON.stringify(tokens));
  window.dispatchEvent(new CustomEvent('session'));
}

/** Sends a request and answers its JSON. An access token that has run out is renewed once. */
export async function api(method, path, body, { retried = false, headers = {} } = {}) {
  const signedIn = session();
  const response = await fetch(path, {
    method,
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(signedIn === null ? {} : { authorization: `Bearer ${signedIn.accessToken}` }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  const answer = text === '' ? undefined : JSON.parse(text);
  if (response.ok) return answer;
  if (response.status === 401 && signedIn !== null && !retried) {
    await renew(signedIn);
    return api(method, path, body, { retried: true, headers });
  }
  throw new ApiError(response.status, answer ?? {});
}

async function renew({ refreshToken }) {
  const response = await fetch('/api/auth/refresh', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ refreshToken }),
  });
  keepSession(response.ok ? await response.json() : null);
}
