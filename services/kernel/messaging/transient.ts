import { RemoteProblem, SidecarError, SidecarUnavailable } from '../dapr/errors.ts';

/** Thrown by a handler that cannot work now and shall get the event again, however often that takes. */
export class TransientError extends Error {
  override readonly name = 'TransientError';
}

/**
 * Codes that say "not now": class 08 (connection), 40001 serialization failure, 40P01 deadlock, 53xxx (resources), 55P03 lock not
 * available, 57014 cancelled by a time-out, 57P0x (server is ending), 25006 (read-only while failing over); and what sockets report.
 */
const transientCode =
  /^(08\w{3}|40001|40P01|53\w{3}|55P03|57014|57P\d\d|25006|25P03|ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|ENOTFOUND|UND_ERR_\w+)$/;
const transientMessage =
  /timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|Query read timeout/;

/** Whether an error comes from something being away or busy, so that the same work may succeed later. Causes are looked at too. */
export function isTransient(error: unknown): boolean {
  for (let link: unknown = error; link instanceof Error; link = link.cause) {
    if (link instanceof TransientError || link instanceof SidecarUnavailable) return true;
    if (link instanceof RemoteProblem || link instanceof SidecarError)
      return link.status >= 500 || link.status === 429 || link.status === 408;
    if (link.name === 'TimeoutError' || link.name === 'AbortError') return true;
    const { code } = link as { code?: unknown };
    if (typeof code === 'string' && transientCode.test(code)) return true;
    if (transientMessage.test(link.message)) return true;
  }
  return false;
}
