import { timingSafeEqual } from 'node:crypto';
import { actorCallerHeader, actorCallerToken } from '../dapr/actor-caller.ts';
import type { IncomingHttpHeaders } from 'node:http';
import { Problem, forbidden } from './problem.ts';

/** Paths that only the service's own sidecar may call. */
const callbackPath = /^\/(?:actors|dapr|events|job)(?:\/|$)/i;

/** A turn that somebody asked for; reminders and timers are Dapr's own. */
const actorMethod = /^\/actors\/[^/]+\/[^/]+\/method\/(?!(?:remind|timer)\/)/i;

/** Whether the path is a callback of the sidecar: an actor's turn, events, a job, or the question for the configuration. */
export function isCallback(path: string): boolean {
  return callbackPath.test(path);
}

/**
 * Refuses callbacks that do not come from the service's own sidecar. The token alone is not enough: a sidecar adds it to service
 * invocations too, so another service could reach `/actors/…` by invocation. As seen with Dapr 1.18.2: an invocation carries
 * `dapr-callee-app-id` and the caller's `dapr-caller-app-id` (what the caller forges is appended, so neither can be taken away); an actor's
 * turn carries the service's own id as caller, wherever it came from; events, reminders and questions carry neither. So whoever calls an actor's
 * method shows a token of the app that hosts it as well: any sidecar would call any actor for any service otherwise.
 */
export function guardCallback(path: string, headers: IncomingHttpHeaders, { appToken, appId }: { appToken: string; appId: string }): void {
  const { 'dapr-caller-app-id': caller, 'dapr-callee-app-id': callee } = headers;
  const invoked = callee !== undefined || (caller !== undefined && caller !== appId);
  if (invoked || !hasToken(headers, appToken)) throw forbidden('Only the sidecar may call this');
  if (actorMethod.test(path) && !isEqual(headers[actorCallerHeader], actorCallerToken(appToken))) {
    throw forbidden('Only the service that hosts an actor may call it');
  }
}

/** Answers the service that invokes an internal route. Throws 404, as if there were no such route, to everybody else. */
export function callerOf(headers: IncomingHttpHeaders, appToken: string, callers: readonly string[]): string {
  const caller = headers['dapr-caller-app-id'];
  if (hasToken(headers, appToken) && typeof caller === 'string' && callers.includes(caller)) return caller;
  throw new Problem({ status: 404, code: 'not_found', title: 'Not found', detail: 'There is no such route' });
}

function hasToken(headers: IncomingHttpHeaders, appToken: string): boolean {
  return isEqual(headers['dapr-api-token'], appToken);
}

/** Takes the same time wherever texts of the expected length differ. */
function isEqual(given: string | string[] | undefined, expected: string): boolean {
  if (typeof given !== 'string') return false;
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
