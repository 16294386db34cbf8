import { parseArgs } from 'node:util';

/** A dead letter as the API shows it; more fields are passed through. */
interface Letter {
  readonly id: string;
  readonly type: string | null;
  readonly topic: string;
  readonly aggregateId: string | null;
  readonly aggregateVersion: number | null;
  readonly reason: string;
  readonly error: string;
  readonly createdAt: string;
  readonly resolution: string | null;
}
type Found = Letter & { readonly service: string };

interface Page {
  readonly items: readonly Letter[];
  readonly nextCursor: string | null;
}

export interface DeadLettersContext {
  /** Addresses of the services by name. */
  readonly urls: Readonly<Record<string, string>>;
  /** An administrator's access token; asked for once, when it is needed. */
  readonly token: () => Promise<string>;
  readonly print: (line: string) => void;
}

const usage = `Usage: npm run dead-letters -- list   [--service orders] [--state open|resolved] [--json]
       npm run dead-letters -- show   <id>
       npm run dead-letters -- replay <id>… | --all [--service orders]
       npm run dead-letters -- close  <id>… --reason "why"`;

/** A command that cannot be understood, or a service that does not do what was asked. */
class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** Lists, shows, replays and closes dead letters by the services' API. Answers the exit code: 1 where something failed, 2 for a wrong command. */
export async function deadLetters(words: readonly string[], context: DeadLettersContext): Promise<number> {
  const { print } = context;
  try {
    const { positionals, values } = parse(words);
    const [command = '', ...ids] = positionals;
    const api = new DeadLettersApi(context, values.service);
    if (command === 'list' && ids.length === 0) return tellAll(await api.list(values.state), values.json, print);
    if (command === 'show' && ids.length === 1) return tellAll(await api.find(ids), true, print);
    if (command === 'replay' && values.all !== ids.length > 0) {
      const letters = values.all ? (await api.list('open')).toReversed() : await api.find(ids); // the oldest first
      return await change(letters, (letter) => api.change(letter, 'replay'), print);
    }
    const { reason } = values;
    if (command === 'close' && ids.length > 0 && reason !== undefined)
      return await change(await api.find(ids), (letter) => api.change(letter, 'close', { reason }), print);
    print(usage);
    return 2;
  } catch (error) {
    const isMisuse = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
    if (!isMisuse && !(error instanceof CommandError)) throw error;
    print(`✘ ${error.message}`);
    if (isMisuse) print(usage);
    return isMisuse ? 2 : 1;
  }
}

function parse(words: readonly string[]) {
  return parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      service: { type: 'string' },
      state: { type: 'string', default: 'open' },
      reason: { type: 'string' },
      all: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
}

/** The dead letters of one service or of all. */
class DeadLettersApi {
  readonly #context: DeadLettersContext;
  readonly #services: readonly string[];
  #token: Promise<string> | undefined;

  constructor(context: DeadLettersContext, service: string | undefined) {
    const known = Object.keys(context.urls);
    if (service !== undefined && !known.includes(service)) {
      throw new CommandError(`There is no service ${service}; there are ${known.join(', ')}`);
    }
    this.#context = context;
    this.#services = service === undefined ? known : [service];
  }

  /** All letters of a state, each service's newest first. */
  async list(state: string): Promise<Found[]> {
    const lists = await Promise.all(
      this.#services.map(async (service) => {
        const letters: Letter[] = [];
        const query = `?limit=100&state=${encodeURIComponent(state)}`;
        for (let next: string | null = query; next !== null;) {
          const { items, nextCursor }: Page = await this.#ask<Page>(service, 'GET', next);
          letters.push(...items);
          next = nextCursor === null ? null : `${query}&cursor=${encodeURIComponent(nextCursor)}`;
        }
        return letters.map((letter) => ({ service, ...letter }));
      }),
    );
    return lists.flat();
  }

  /** The letters with these ids, whichever service has them. */
  find(ids: readonly string[]): Promise<Found[]> {
    return Promise.all(
      ids.map(async (id) => {
        for (const service of this.#services) {
          const letter = await this.#ask<Letter | undefined>(service, 'GET', `/${encodeURIComponent(id)}`, undefined, true);
          if (letter !== undefined) return { service, ...letter };
        }
        throw new CommandError(`${this.#services.join(', ')}: there is no dead letter ${id}`);
      }),
    );
  }

  change({ service, id }: Found, what: 'replay' | 'close', body?: object): Promise<Letter> {
    return this.#ask(service, 'POST', `/${id}/${what}`, body);
  }

  async #ask<T>(service: string, method: string, path: string, body?: object, mayBeMissing = false): Promise<T> {
    this.#token ??= this.#context.token();
    const authorization = `Bearer ${await this.#token}`;
    const url = `${this.#context.urls[service] ?? ''}/api/${service}/dead-letters${path}`;
    const response = await fetch(url, {
      method,
      headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    }).catch((error: unknown) => {
      throw new CommandError(`${service} does not answer`, { cause: error });
    });
    if (mayBeMissing && response.status === 404) return undefined as T;
    const answer = (await response.json()) as T & { readonly detail?: string };
    if (!response.ok) throw new CommandError(`${service}: ${answer.detail ?? `answered ${String(response.status)}`}`);
    return answer;
  }
}

function tellAll(letters: readonly Found[], json: boolean, print: DeadLettersContext['print']): number {
  if (json) print(JSON.stringify(letters, null, 2));
  else {
    for (const letter of letters) print(inOneLine(letter));
    print(letters.length === 0 ? 'None.' : `${String(letters.length)} in all; npm run dead-letters -- show <id>`);
  }
  return 0;
}

function inOneLine({ service, id, type, topic, aggregateId, aggregateVersion, reason, error, createdAt, resolution }: Found): string {
  const what = type === null ? `something on ${topic}` : `${type} ${aggregateId ?? ''} v${String(aggregateVersion)}`;
  const firstLine = error.split('\n', 1)[0]?.slice(0, 120) ?? '';
  return `${service.padEnd(13)} ${id}  ${createdAt}  ${what}  ${resolution ?? reason}: ${firstLine}`;
}

/** Does it to one after the other, and goes on after a failure. */
async function change(
  letters: readonly Found[],
  work: (letter: Found) => Promise<Letter>,
  print: DeadLettersContext['print'],
): Promise<number> {
  let failed = 0;
  for (const letter of letters) {
    try {
      const { resolution } = await work(letter);
      print(`✔ ${letter.service} ${letter.id} ${letter.type ?? ''} ${resolution ?? ''}`);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      failed += 1;
      print(`✘ ${letter.id} ${error.message}`);
    }
  }
  print(`${String(letters.length - failed)} done, ${String(failed)} failed`);
  return failed === 0 ? 0 : 1;
}
