import { PassThrough } from 'node:stream';
import type { Readable } from 'node:stream';

/**
 * An answer of the sidecar, for a client who may leave before its end: what is left of it is read and thrown away then. Breaking off would make daprd
 * 1.18.2 write to a connection that is gone, where an invocation runs under a resiliency policy: it panics now and then, and with it goes the sidecar
 * of everybody else (pkg/api/http/directmessaging.go, flushWriter). A stream of events has no end to wait for, so that is broken off.
 */
export function untouchedByLeaving(answer: Readable, contentType: string | undefined): Readable {
  if (contentType?.startsWith('text/event-stream') === true) return answer;
  const handed = new PassThrough();
  answer.on('error', (error) => {
    handed.destroy(error);
  });
  handed.on('close', () => {
    answer.unpipe(handed);
    answer.resume();
  });
  return answer.pipe(handed);
}
