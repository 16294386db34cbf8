// `npm run payments:retry`. The service's address comes from PAYMENTS_URL; who is allowed to from ACCESS_TOKEN, or, on a local stack, from its
// seed account.
import { administratorToken } from '@cartwright/kernel/commands/administrator-token';
import { retry } from './retry.ts';

try {
  process.exitCode = await retry(process.argv.slice(2), {
    url: process.env['PAYMENTS_URL'] ?? '',
    token: administratorToken,
    print: (line) => console.log(line),
  });
} catch (error) {
  console.error(`✘ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
