import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

/** What belongs to the request or event that is being worked on. */
export interface WorkContext {
  readonly requestId: string;
  readonly trace: TraceContext;
}

/** W3C trace context: 32 and 16 hex digits. */
export interface TraceContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
  /** The `tracestate` that came along, handed on as it is. */
  readonly state?: string;
}

const storage = new AsyncLocalStorage<WorkContext>();

/** Runs `work` so that logs, calls and events inside carry the context. */
export function inContext<T>(context: WorkContext, work: () => T): T {
  return storage.run(context, work);
}

export function currentContext(): WorkContext | undefined {
  return storage.getStore();
}

/** The `traceparent` to send along; undefined outside of a request or event. */
export function currentTraceparent(): string | undefined {
  const context = storage.getStore();
  return context === undefined ? undefined : formatTraceparent(context.trace);
}

/** Reads a `traceparent` (https://www.w3.org/TR/trace-context/); undefined when it is none. Later versions may add fields at the end. */
export function parseTraceparent(header: string | undefined, state?: string): TraceContext | undefined {
  if (header === undefined) return undefined;
  const [version, traceId, spanId, flags, ...more] = header.split('-');
  if (!isHex(version, 2) || version === 'ff' || (version === '00' && more.length > 0)) return undefined;
  if (!isHex(traceId, 32) || !isHex(spanId, 16) || !isHex(flags, 2) || isZero(traceId) || isZero(spanId)) return undefined;
  const trace = { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
  return state === undefined || state.length > 512 ? trace : { ...trace, state };
}

function isHex(text: string | undefined, length: number): text is string {
  return text?.length === length && /^[0-9a-f]+$/.test(text);
}

function isZero(text: string): boolean {
  return /^0+$/.test(text);
}

export function formatTraceparent({ traceId, spanId, sampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
}

/** A trace that begins here and is not sampled. */
export function newTrace(): TraceContext {
  return { traceId: randomHex(16), spanId: randomHex(8), sampled: false };
}

// Random bytes are bought in bulk: one call a request would cost more than all the rest of the context.
let pool = Buffer.alloc(0);
let used = 0;

function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    pool = randomBytes(4096);
    used = 0;
  }
  used += bytes;
  return pool.toString('hex', used - bytes, used);
}
