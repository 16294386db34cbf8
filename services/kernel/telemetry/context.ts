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

const pattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Reads a `traceparent` (https://www.w3.org/TR/trace-context/); undefined when it is none. */
export function parseTraceparent(header: string | undefined): TraceContext | undefined {
  const [, traceId, spanId, flags] = pattern.exec(header ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

export function formatTraceparent({ traceId, spanId, sampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
}

/** A span of our own below `parent`, or the first of a new trace, of which `share` are sampled. */
export function childTrace(parent: TraceContext | undefined, share = 0): TraceContext {
  if (parent !== undefined) return { traceId: parent.traceId, spanId: randomHex(8), sampled: parent.sampled };
  return { traceId: randomHex(16), spanId: randomHex(8), sampled: Math.random() < share };
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
