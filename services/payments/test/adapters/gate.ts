/** A gate on which a call waits, so that a race is decided by the test. */
export function gate(): { readonly reached: Promise<unknown>; readonly opened: Promise<unknown>; reach(): void; open(): void } {
  const [reached, opened] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  return {
    reached: reached.promise,
    opened: opened.promise,
    reach: () => {
      reached.resolve(undefined);
    },
    open: () => {
      opened.resolve(undefined);
    },
  };
}
