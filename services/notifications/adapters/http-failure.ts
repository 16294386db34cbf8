import type { SendResult } from '../domain/delivery.ts';

/** What the HTTP clients of the providers throw, as far as it can be told apart. */
interface ClientError {
  /** Of an answer. */
  readonly status?: unknown;
  /** Of an answer (number), or of what broke (text). */
  readonly code?: unknown;
  readonly response?: { readonly headers?: unknown };
}

/** Nothing was sent: the connection never stood. */
const neverConnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/**
 * What an error of a provider's client means for the message. An answer of 429 or 5xx: not taken, later perhaps. Another answer: never. No
 * answer: unknown, unless the connection never stood. Reasons name status and code alone: messages of clients may quote the recipient.
 */
export function resultOfFailure(provider: string, error: unknown): SendResult {
  const { status, code, response } = (error instanceof Error ? error : {}) as ClientError;
  const answered = typeof status === 'number' ? status : typeof code === 'number' && code >= 100 && code < 600 ? code : undefined;
  if (answered !== undefined) {
    const reason = `${provider} answered ${String(answered)}`;
    if (answered === 429 || answered === 503) return { result: 'not_now', reason, ...retryAfter(response?.headers) };
    return answered >= 500 || answered === 401 || answered === 403 ? { result: 'not_now', reason } : { result: 'refused', reason };
  }
  const why = typeof code === 'string' ? code : 'no answer';
  return neverConnected.has(why)
    ? { result: 'not_now', reason: `${provider}: ${why}` }
    : { result: 'no_answer', reason: `${provider}: ${why}` };
}

function retryAfter(headers: unknown): { retryAfterMs?: number } {
  const value = (headers as Record<string, unknown> | undefined)?.['retry-after'];
  const seconds = Number(value);
  return value !== undefined && seconds > 0 ? { retryAfterMs: seconds * 1000 } : {};
}
