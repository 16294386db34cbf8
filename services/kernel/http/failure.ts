import { isTransient } from '../messaging/transient.ts';
import { Problem, unavailable } from './problem.ts';

/** What a thrown value says to the caller. Nothing internal goes out: what was thrown becomes the cause, which is logged. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  // Something that is needed cannot be had now: the sidecar, another service, a store, or its answer in time.
  if (isTransient(error)) return unavailable('A part of the platform', 1, { cause: error });
  if (postgresCode(error)?.startsWith('22') === true) {
    // A value that passed the checks does not fit its column: the schema is too wide, so this is logged as an error, but asking again won't help.
    return new Problem({ status: 422, code: 'unstorable', title: 'Unprocessable', detail: 'A value cannot be stored' }, { cause: error });
  }
  return new Problem(
    { status: 500, code: 'internal', title: 'Internal error', detail: 'Something failed; the log has it under the request id' },
    { cause: error },
  );
}

/** Whether the failure is ours to mend, and so belongs into the log as an error. */
export function isOurs({ status, code }: Problem): boolean {
  return status >= 500 || code === 'unstorable';
}

/** The SQLSTATE of the first link that has one. */
function postgresCode(error: unknown): string | undefined {
  for (const link of causes(error)) {
    const { code } = link as { code?: unknown };
    if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return code;
  }
  return undefined;
}

function* causes(error: unknown): Generator<Error> {
  let link = error;
  for (let depth = 0; depth < 10 && link instanceof Error; depth++, link = link.cause) yield link;
}
