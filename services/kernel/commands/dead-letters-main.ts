// `npm run dead-letters -- list|show|replay|close`. The services' addresses come from <SERVICE>_URL; who is allowed to from ACCESS_TOKEN, or, on a
// local stack, from its seed account.
import { producerOf, topics } from '../events/topics.ts';
import type { Topic } from '../events/topics.ts';
import { deadLetters } from './dead-letters.ts';

const names = Object.keys(topics).map((topic) => producerOf(topic as Topic));
const urls = Object.fromEntries(
  names.flatMap((name) => {
    const url = process.env[`${name.toUpperCase()}_URL`];
    return url === undefined ? [] : [[name, url]];
  }),
);

async function token(): Promise<string> {
  const given = process.env['ACCESS_TOKEN'];
  if (given !== undefined) return given;
  if (process.env['CARTWRIGHT_INSTANCE'] === undefined) throw new Error('ACCESS_TOKEN is not set: an access token of an administrator');
  const response = await fetch(`${urls['auth'] ?? ''}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'admin@cartwright.test', password: 'admin-Passw0rd!' }),
  }).catch((error: unknown) => {
    throw new Error('auth does not answer: npm run health:check tells why', { cause: error });
  });
  if (!response.ok) throw new Error(`The seed administrator cannot log in: ${String(response.status)}`);
  return ((await response.json()) as { accessToken: string }).accessToken;
}

try {
  process.exitCode = await deadLetters(process.argv.slice(2), { urls, token, print: (line) => console.log(line) });
} catch (error) {
  console.error(`✘ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
