import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import type { FoundDifference, ReconciliationNews } from '../ports.ts';

export interface ReconcileContext {
  /** Of the payments service. */
  readonly url: string;
  readonly token: () => Promise<string>;
  readonly print: (line: string) => void;
  /** How far it is, while it runs. */
  readonly progress: (text: string) => void;
}

const usage = 'Usage: npm run payments:reconcile -- [--hours 72] [--waiting-seconds 120] [--json]';

type Result = Extract<ReconciliationNews, { type: 'result' }>;

/**
 * Has payments compared with the providers' records. Answers the exit code: 1 where something could not be put right, 2 for a wrong command.
 * Throws an error that says why where it could not be done.
 */
export async function reconcile(words: readonly string[], { url, token, print, progress }: ReconcileContext): Promise<number> {
  const options = optionsOf(words);
  if (options === undefined) {
    print(usage);
    return 2;
  }
  const { json, ...body } = options;
  const response = await fetch(`${url}/api/payments/reconciliations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch((error: unknown) => {
    throw new Error('payments does not answer: npm run health:check tells why', { cause: error });
  });
  if (!response.ok)
    throw new Error(((await response.json()) as { detail?: string }).detail ?? `payments answered ${String(response.status)}`);
  const result = await resultOf(response, progress);
  if (json) print(JSON.stringify(result));
  else tell(result, print);
  return result.unresolved === 0 ? 0 : 1;
}

function optionsOf(words: readonly string[]): { json: boolean; hours?: number; waitingSeconds?: number } | undefined {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: { json: { type: 'boolean', default: false }, hours: { type: 'string' }, 'waiting-seconds': { type: 'string' } },
    });
    const { json, hours, 'waiting-seconds': seconds } = values;
    if ([hours, seconds].some((text) => text !== undefined && !/^\d{1,6}$/.test(text))) return undefined;
    return {
      json,
      ...(hours === undefined ? {} : { hours: Number(hours) }),
      ...(seconds === undefined ? {} : { waitingSeconds: Number(seconds) }),
    };
  } catch {
    return undefined; // a word that is no option of ours
  }
}

async function resultOf({ body }: Response, progress: (text: string) => void): Promise<Result> {
  let result: Result | undefined;
  if (body === null) throw new Error('The reconciliation gave no result');
  try {
    for await (const line of createInterface({ input: Readable.fromWeb(body) })) {
      const news = JSON.parse(line) as ReconciliationNews;
      if (news.type === 'result') result = news;
      else progress(`${String(news.checked)} of ${String(news.total)} payments compared`);
    }
  } catch (error) {
    throw new Error('The reconciliation broke off', { cause: error });
  }
  progress('\n');
  if (result === undefined) throw new Error('The reconciliation broke off');
  return result;
}

function tell({ checked, differences, unresolved }: Result, print: (line: string) => void): void {
  for (const difference of differences) print(inOneLine(difference));
  const found = `${String(differences.length)} ${differences.length === 1 ? 'difference' : 'differences'}`;
  const end = differences.length === 0 ? 'no difference' : `${found}, ${String(differences.length - unresolved)} put right`;
  print(`${unresolved === 0 ? '✔' : '✘'} ${String(checked)} payments compared with their providers: ${end}`);
}

function inOneLine({ orderId, name, provider, state, resolved }: FoundDifference): string {
  return `${resolved ? '✔' : '✘'} ${orderId}  ${name}  ${provider}  ${state ?? 'no payment'}`;
}
