import { readFileSync } from 'node:fs';

export interface Stack {
  readonly gatewayUrl: string;
  readonly services: Readonly<
    Record<string, { readonly url: string; readonly daprHttpUrl: string; readonly appToken: string; readonly daprToken: string }>
  >;
  readonly instance: string;
  readonly stores: {
    readonly postgres: Readonly<Record<string, string>>;
    readonly mongoUrl: string;
    readonly redisUrl: string;
    readonly elasticsearchUrl: string;
    readonly kafkaBrokers: readonly string[];
  };
}

/** The stack that is running, as the file says that CARTWRIGHT_STACK names. */
export function runningStack(): Stack {
  const file = process.env['CARTWRIGHT_STACK'];
  if (file === undefined) throw new Error('CARTWRIGHT_STACK is not set: start this by npm run, with a stack running');
  return JSON.parse(readFileSync(file, 'utf8')) as Stack;
}
