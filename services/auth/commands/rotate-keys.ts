import { parseArgs } from 'node:util';

export interface RotateKeysContext {
  /** Of the auth service. */
  readonly url: string;
  readonly token: () => Promise<string>;
  readonly print: (line: string) => void;
}

const usage =
  'Usage: npm run keys:rotate -- [--withdraw]\n  --withdraw  all other keys are refused within two minutes: one fell into wrong hands';

/** Has auth make a new signing key. Answers the exit code, 2 for a wrong command. Throws an error that says why where it could not be done. */
export async function rotateKeys(words: readonly string[], { url, token, print }: RotateKeysContext): Promise<number> {
  const withdraw = readWithdraw(words);
  if (withdraw === undefined) {
    print(usage);
    return 2;
  }
  const response = await fetch(`${url}/api/auth/keys/rotate`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' },
    body: JSON.stringify({ withdraw }),
  }).catch((error: unknown) => {
    throw new Error('auth does not answer: npm run health:check tells why', { cause: error });
  });
  const answer = (await response.json()) as { kid?: string; signsFrom?: string; detail?: string };
  if (!response.ok) throw new Error(answer.detail ?? `auth answered ${String(response.status)}`);
  print(`Key ${answer.kid ?? ''} signs from ${answer.signsFrom ?? ''}.`);
  if (withdraw) print('All others are withdrawn: access tokens that they signed are refused within two minutes, refresh tokens stay good.');
  return 0;
}

function readWithdraw(words: readonly string[]): boolean | undefined {
  try {
    return parseArgs({ args: [...words], options: { withdraw: { type: 'boolean', default: false } } }).values.withdraw;
  } catch {
    return undefined; // a word that is no option of ours
  }
}
