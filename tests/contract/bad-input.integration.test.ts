import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { v7 } from 'uuid';

interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Record<string, Schema>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly pattern?: string;
  readonly minimum?: number;
}
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema?: Schema }> };
}
interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
}

const stack = JSON.parse(readFileSync(process.env['CARTWRIGHT_STACK'] ?? '', 'utf8')) as { services: Record<string, { url: string }> };
const services = ['auth', 'catalog', 'orders', 'payments', 'inventory', 'notifications'];

/** Requests that are under way together. */
const atOnce = 4;

/** Values that broke something somewhere once. */
const hostile: readonly unknown[] = [
  null,
  true,
  -1,
  0.5,
  1e308,
  2 ** 53,
  '',
  ' ',
  'a\0b',
  '\ud800',
  'x'.repeat(20_000),
  '__proto__',
  "' or 1=1 --",
  [],
  [null],
  {},
  nested(500),
];
const hostileText = ['%00', '%E0%A4%A', 'x'.repeat(3000), "'%20or%201=1", '..%2f..%2finternal', '0', '-1', 'null', '%F0%9F%9B%92'];

function nested(depth: number): unknown {
  return JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`) as unknown;
}

/** A value that meets the schema in most respects, to be spoilt in one. */
function sample(schema: Schema): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const [first] = schema.anyOf ?? [];
  if (first !== undefined) return sample(first);
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, property]) => [name, sample(property)]));
    case 'array':
      return schema.items === undefined ? [] : [sample(schema.items)];
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    case 'boolean':
      return true;
    case undefined:
    default:
      if (schema.format === 'uuid') return v7();
      if (schema.format === 'email') return `bad-input-${v7()}@example.test`;
      return schema.pattern?.startsWith('^[A-Z]{3}$') === true ? 'USD' : 'sample';
  }
}

/** The body with one value after the other spoilt, down to the members of lists. */
function* spoilt(body: unknown): Generator {
  for (const value of hostile) yield value;
  if (Array.isArray(body)) {
    for (const item of spoilt(body[0])) yield [item];
  } else if (typeof body === 'object' && body !== null) {
    yield { ...body, unknownField: 1 };
    for (const [name, value] of Object.entries(body)) {
      yield Object.fromEntries(Object.entries(body).filter(([other]) => other !== name));
      for (const wrong of spoilt(value)) yield { ...body, [name]: wrong };
    }
  }
}

function* requestsOf(method: string, template: string, { parameters = [], requestBody }: Operation): Generator<Sent> {
  const fill = (over: Record<string, string> = {}): string =>
    template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const parameter = parameters.find((known) => known.name === name);
      return over[name] ?? encodeURIComponent(String(sample(parameter?.schema ?? {})));
    });
  const schema = requestBody?.content['application/json']?.schema;
  const valid = schema === undefined ? undefined : JSON.stringify(sample(schema));
  const body = valid === undefined ? {} : { body: valid };
  for (const { name, in: place } of parameters) {
    for (const text of hostileText) {
      if (place === 'path') yield { method, path: fill({ [name]: text }), ...(method === 'GET' ? {} : { body: '{"unknownField":1}' }) };
      if (place === 'query') yield { method, path: `${fill()}?${name}=${text}`, ...(method === 'GET' ? {} : body) };
    }
  }
  yield { method, path: `${fill()}?unknownParameter=1`, ...body };
  if (schema === undefined) return;
  for (const text of ['', '{', '{"a":', '[1,]', '\ufeff{}']) yield { method, path: fill(), body: text };
  for (const value of spoilt(sample(schema))) yield { method, path: fill(), body: JSON.stringify(value) };
}

function* badRequests(
  paths: Record<string, Record<string, Operation>>,
  leavesOut: RegExp,
): Generator<Sent & { readonly operationId: string }, undefined> {
  for (const [template, methods] of Object.entries(paths)) {
    if (leavesOut.test(template)) continue;
    for (const [method, operation] of Object.entries(methods))
      for (const request of requestsOf(method.toUpperCase(), template, operation)) yield { operationId: operation.operationId, ...request };
  }
}

interface Sender {
  readonly token: string | undefined;
  /** Would do what they say with what is valid, to data that all tests share. */
  readonly leavesOut: RegExp;
}

/** Somebody, a customer of their own, and staff. */
async function senders(): Promise<Sender[]> {
  const tokenFrom = async (path: string, body: object): Promise<string> => {
    const response = await fetch(`${stack.services['auth']?.url ?? ''}/api/auth/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const { accessToken } = (await response.json()) as { accessToken?: string };
    if (accessToken === undefined) throw new Error(`${path} gave no token`);
    return accessToken;
  };
  const customer = { email: `bad-input-${v7()}@example.test`, password: 'bad-1nput-Passw0rd', name: 'Bad Input' };
  const staff = { email: 'admin@cartwright.test', password: 'admin-Passw0rd!' };
  return [
    { token: undefined, leavesOut: /import/ },
    { token: await tokenFrom('register', customer), leavesOut: /import|logout/ },
    { token: await tokenFrom('login', staff), leavesOut: /import|categories|logout|keys\/rotate|\/me(\/|$)|preferences/ },
  ];
}

/** Removes the product that staff's bodies make where the spoilt value happens to be allowed. */
async function removeSample(): Promise<void> {
  const url = stack.services['catalog']?.url ?? '';
  const response = await fetch(`${url}/api/catalog/products/sample`);
  if (response.status !== 200) return;
  const { id } = (await response.json()) as { id: string };
  const token = (await senders()).at(-1)?.token ?? '';
  await fetch(`${url}/api/catalog/products/${id}`, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } });
}

describe('Bad input', () => {
  after(removeSample);

  for (const app of services) {
    it(`is refused by ${app} with a problem, and never a failure`, async function () {
      this.timeout(120_000); // some thousand requests
      const url = stack.services[app]?.url ?? '';
      const { paths } = (await (await fetch(`${url}/api/openapi.json`)).json()) as { paths: Record<string, Record<string, Operation>> };
      const wrong: string[] = [];
      let sent = 0;
      for (const { token, leavesOut } of await senders()) {
        const requests = badRequests(paths, leavesOut);
        const send = async (): Promise<void> => {
          for (const { operationId, ...request } of requests) {
            const problem = await look(url, request, token);
            sent++;
            if (problem !== undefined)
              wrong.push(`${operationId} ${request.path.slice(0, 120)} ${(request.body ?? '').slice(0, 200)}: ${problem}`);
          }
        };
        await Promise.all(Array.from({ length: atOnce }, send));
      }
      expect(sent).to.be.greaterThan(100);
      expect(wrong.slice(0, 20), `${String(sent)} requests`).to.deep.equal([]);
    });
  }
});

/** Sends it; answers what is wrong with the answer. */
async function look(url: string, { method, path, body }: Sent, token: string | undefined): Promise<string | undefined> {
  const response = await fetch(url + path, {
    method,
    redirect: 'manual',
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = response.headers.get('content-type')?.startsWith('text/event-stream') === true ? '' : await response.text();
  await response.body?.cancel().catch(() => undefined);
  if (response.status >= 500) return `${String(response.status)} ${text.slice(0, 200)}`;
  if (response.status < 400) return undefined;
  if (response.headers.get('content-type')?.startsWith('application/problem+json') !== true)
    return `${String(response.status)} is no problem`;
  const { code, errors = [] } = JSON.parse(text) as { code?: string; errors?: { field: string }[] };
  if (code === undefined) return 'has no code';
  if ([400, 415, 413].includes(response.status) && errors.length === 0) return `${String(response.status)} ${code} names no field`;
  return undefined;
}
