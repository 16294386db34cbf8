// `npm run dead-letters -- list|show|replay|close`. The services' addresses come from <SERVICE>_URL; who is allowed to from ACCESS_TOKEN, or, on a
// local stack, from its seed account.
import { producerOf, topics } from '../events/topics.ts';
import type { Topic } from '../events/topics.ts';
import { administratorToken } from './administrator-token.ts';
import { deadLetters } from './dead-letters.ts';

const names = Object.keys(topics).map((topic) => producerOf(topic as Topic));
const urls = Object.fromEntries(
  names.flatMap((name) => {
    const url = process.env[`${name.toUpperCase()}_URL`];
    return url === undefined ? [] : [[name, url]];
  }),
);

try {
  process.exitCode = await deadLetters(process.argv.slice(2), { urls, token: administratorToken, print: (line) => console.log(line) });
} catch (error) {
  console.error(`✘ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
