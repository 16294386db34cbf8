/** How long somebody waits for a SKU to come back, from when they asked last. */
export const waitingDays = 90;
/** SKUs that a guest's address waits for, with those that it was told of within a day: whoever may have named it. */
export const mostForGuests = 20;
/** SKUs that a user waits for. */
export const mostForUsers = 200;

/** News that are older are none: a consumer that begins late is told what was long ago. */
const freshForMs = 24 * 3_600_000;

/**
 * Whether something that happened then is still worth telling.
 * @param time RFC 3339
 */
export function isFresh(time: string, now: number): boolean {
  return now - Date.parse(time) < freshForMs;
}
