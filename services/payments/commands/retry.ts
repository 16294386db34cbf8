import { parseArgs } from 'node:util';

export interface RetryContext {
  /** Of the payments service. */
  readonly url: string;
  readonly token: () => Promise<string>;
  readonly print: (line: string) => void;
}

interface StuckPayment {
  readonly orderId: string;
  readonly provider: string;
  readonly state: string;
  readonly reason: string | null;
  readonly since: string;
}

const usage = 'Usage: npm run payments:retry [-- <order id>… | --all]; without either it lists what is stuck';

/**
 * Lists payments whose provider refuses to undo them, or has it asked again. Answers the exit code: 1 where something could not be tried again,
 * 2 for a wrong command. Throws an error that says why where payments cannot be asked.
 */
export async function retry(words: readonly string[], { url, token, print }: RetryContext): Promise<number> {
  const options = optionsOf(words);
  if (options === undefined) {
    print(usage);
    return 2;
  }
  const headers = { authorization: `Bearer ${await token()}` };
  const ask = (method: string, path: string): Promise<Response> =>
    fetch(url + path, { method, headers }).catch((error: unknown) => {
      throw new Error('payments does not answer: npm run health:check tells why', { cause: error });
    });
  const stuck = options.orders.length === 0 ? await allStuck(ask) : [];
  if (!options.all && options.orders.length === 0) {
    for (const one of stuck) print(`${one.orderId}  ${one.state}  ${one.provider}  ${one.reason ?? 'unknown'}  since ${one.since}`);
    print(stuck.length === 0 ? '✔ no payment is stuck' : `${String(stuck.length)} stuck: try again by their ids, or --all`);
    return 0;
  }
  let failures = 0;
  for (const orderId of options.all ? stuck.map((one) => one.orderId) : options.orders) {
    const response = await ask('POST', `/api/payments/orders/${encodeURIComponent(orderId)}/retry`);
    const { detail } = (await response.json()) as { detail?: string };
    if (!response.ok) failures += 1;
    print(response.ok ? `✔ ${orderId}  is tried again` : `✘ ${orderId}  ${detail ?? `payments answered ${String(response.status)}`}`);
  }
  return failures === 0 ? 0 : 1;
}

function optionsOf(words: readonly string[]): { all: boolean; orders: string[] } | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: { all: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    return values.all && positionals.length > 0 ? undefined : { all: values.all, orders: positionals };
  } catch {
    return undefined; // a word that is no option of ours
  }
}

async function allStuck(ask: (method: string, path: string) => Promise<Response>): Promise<StuckPayment[]> {
  const all: StuckPayment[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const response = await ask('GET', `/api/payments/stuck?limit=100${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
    const page = (await response.json()) as { items: StuckPayment[]; nextCursor: string | null; detail?: string };
    if (!response.ok) throw new Error(page.detail ?? `payments answered ${String(response.status)}`);
    all.push(...page.items);
    cursor = page.nextCursor;
  }
  return all;
}
