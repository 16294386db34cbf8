/** Seconds after which an order that nobody has paid is cancelled. */
export const unpaidSeconds = 15 * 60;
