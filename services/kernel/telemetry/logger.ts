import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import { currentContext } from './context.ts';

export type { Logger } from 'pino';

/** Fields that shall never be in a log, wherever they stand. */
const secretFields = [
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'authorization',
  'cookie',
  'accessKey',
  'secret',
  'email',
  'phone',
];
const personalFields = ['name', 'shippingAddress', 'address', 'line1', 'line2', 'postalCode'];

/** JSON logs, one line each, with the trace and the request they belong to. Secrets and personal data are removed by field name. */
export function createLogger(service: string, level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { error: describeError, err: describeError },
    redact: {
      paths: [...secretFields, ...personalFields].flatMap((field) => (field === 'name' ? ['*.name'] : [field, `*.${field}`])),
      censor: '[removed]',
    },
    mixin: () => {
      const context = currentContext();
      return context === undefined ? {} : { traceId: context.trace.traceId, requestId: context.requestId };
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

interface DescribedError {
  type: string;
  message: string;
  code?: string;
  stack?: string;
  cause?: DescribedError;
}

/** An error with its causes, without the values that database drivers put beside the message (`detail` holds a row's content). */
export function describeError(error: unknown): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'thrown value is no error' };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: withoutStatement(error.message),
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: framesOf(error.stack) }),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

/** MikroORM puts the statement with its values before the reason: `insert into … values ('ada@…') - duplicate key …`. */
function withoutStatement(message: string): string {
  return /^\s*(insert|update|delete|select|with)\b/i.test(message) ? (message.split(' - ').at(-1) ?? '') : message;
}

function framesOf(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .join('\n');
}
