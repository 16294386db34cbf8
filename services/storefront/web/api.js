// Calls of the API. Whoever is signed in sends the access token; a guest's key to an order is a cookie that scripts cannot read.
import { keepSession, keepUser, renewAlone, session } from './session.js';

export { keepSession, keepUser, session };

export class ApiError extends Error {
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? `The shop answered ${status}`);
    this.status = status;
    this.problem = problem;
  }
}

const device = 'cartwright.device';

/** What earlier log-ins gave this browser: while somebody guesses passwords elsewhere, they are not slowed down here. They let in nobody. */
export function deviceTokens() {
  return JSON.parse(localStorage.getItem(device) ?? '[]');
}

export function keepDevice(token) {
  if (token !== undefined) localStorage.setItem(device, JSON.stringify([token, ...deviceTokens()].slice(0, 5)));
}

/** A key for what shall be done once, however often it is sent. Pages over plain HTTP have no crypto.randomUUID. */
export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Sends a request and answers its JSON. An access token that has run out is renewed once. `key` is sent as Idempotency-Key. */
export async function api(method, path, body, { key } = {}) {
  const headers = { accept: 'application/json', ...(key === undefined ? {} : { 'idempotency-key': key }) };
  return jsonOf(await open(method, path, body, { headers }));
}

/** Sends what is JSON and answers the response, once it is known to be good; its body may be a stream. */
export function open(method, path, body, { headers = {}, signal } = {}) {
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  return send(method, path, body === undefined ? undefined : JSON.stringify(body), { headers: { ...headers, ...json }, signal });
}

/** Sends a body as it is, such as a file, and answers JSON with its ETag. */
export async function exchange(method, path, { body, type, headers = {} } = {}) {
  const media = type === undefined ? {} : { 'content-type': type };
  const response = await send(method, path, body, { headers: { accept: 'application/json', ...media, ...headers } });
  return { answer: await jsonOf(response), etag: response.headers.get('etag') };
}

async function send(method, path, body, { headers, signal, retried = false }) {
  const signedIn = session();
  const authorization = signedIn === null ? {} : { authorization: `Bearer ${signedIn.accessToken}` };
  const response = await reach(path, { method, signal, headers: { ...headers, ...authorization }, body });
  if (response.ok) return response;
  if (response.status === 401 && signedIn !== null && !retried) {
    await renewed(signedIn);
    return send(method, path, body, { headers, signal, retried: true });
  }
  throw new ApiError(response.status, (await jsonOf(response)) ?? {});
}

async function reach(path, request) {
  try {
    return await fetch(path, request);
  } catch (error) {
    throw new ApiError(0, { code: 'unreachable', detail: 'The shop cannot be reached. Try again in a moment.', cause: error.message });
  }
}

/** What is no JSON comes from something in between, and says nothing that people could read. */
async function jsonOf(response) {
  const text = await response.text();
  return text === '' || !/json/.test(response.headers.get('content-type') ?? '') ? undefined : JSON.parse(text);
}

let renewing;

/** One renewal for all that wait: a refresh token that is used twice would end the session. */
function renewed(signedIn) {
  renewing ??= renew(signedIn).finally(() => {
    renewing = undefined;
  });
  return renewing;
}

function renew({ accessToken }) {
  return renewAlone(accessToken, async ({ refreshToken }) => {
    const response = await reach('/api/auth/refresh', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ refreshToken }),
    });
    if (response.ok) return response.json();
    const problem = (await jsonOf(response)) ?? {};
    if ([400, 401].includes(response.status)) return null;
    // The token may well be good yet: a service that is away for a moment logs out nobody.
    throw new ApiError(response.status, { ...problem, detail: 'The shop cannot tell just now that it is you. Try again in a moment.' });
  });
}
