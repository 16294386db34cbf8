import { badRequest } from '@cartwright/kernel/http/problem';

const mostSkewMs = 5 * 60_000;

/** Throws 400 for what was signed long ago, or for later: a webhook that somebody has kept is good for nothing. `seconds` count from 1970. */
export function requireFresh(field: string, seconds: number, nowMs: number, longestMs = mostSkewMs): void {
  const age = nowMs - seconds * 1000;
  if (age <= longestMs && age >= -mostSkewMs) return;
  throw badRequest('The webhook is too old', [{ field, rule: 'time', message: 'is not of now' }]);
}
