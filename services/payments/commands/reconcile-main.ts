// `npm run payments:reconcile`. The service's address comes from PAYMENTS_URL; who is allowed to from ACCESS_TOKEN, or, on a local stack, from its
// seed account.
import { administratorToken } from '@cartwright/kernel/commands/administrator-token';
import { reconcile } from './reconcile.ts';

try {
  process.exitCode = await reconcile(process.argv.slice(2), {
    url: process.env['PAYMENTS_URL'] ?? '',
    token: administratorToken,
    print: (line) => console.log(line),
    progress: process.stderr.isTTY ? (text) => process.stderr.write(`\r${text}`) : () => undefined,
  });
} catch (error) {
  console.error(`✘ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
