// `npm run keys:rotate`. The service's address comes from AUTH_URL; who is allowed to from ACCESS_TOKEN, or, on a local stack, from its seed account.
import { administratorToken } from '@cartwright/kernel/commands/administrator-token';
import { rotateKeys } from './rotate-keys.ts';

try {
  process.exitCode = await rotateKeys(process.argv.slice(2), {
    url: process.env['AUTH_URL'] ?? '',
    token: administratorToken,
    print: (line) => console.log(line),
  });
} catch (error) {
  console.error(`✘ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
