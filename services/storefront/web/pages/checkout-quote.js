const waitMs = 150;

/** What the price depends on, as the API asks for it; undefined while something of it is missing. `needsRegion`: the country has regions to choose from. */
export function questionOf({ country, region, postalCode, shippingMethod }, needsRegion) {
  const filled = (text) => text !== undefined && text.trim() !== '';
  if (![country, postalCode, shippingMethod, ...(needsRegion ? [region] : [])].every(filled)) return undefined;
  return { shippingAddress: { country, region: region ?? '', postalCode }, shippingMethod };
}

/**
 * Keeps the price in step with what is filled in: asks when nothing has changed for a moment, and forgets answers to what is not asked any more.
 * `show` is told how it stands: `unknown` while something is missing, `asking`, `known` with the quote, or `failed` with the error.
 */
export function quoting({ ask, show, timers = globalThis }) {
  let state = { is: 'unknown' };
  let question;
  let asked = 0;
  let timer;
  function set(next) {
    state = next;
    show(next);
  }
  async function run() {
    const mine = (asked += 1);
    set({ is: 'asking' });
    const next = await ask(question).then(
      (quote) => ({ is: 'known', quote }),
      (error) => ({ is: 'failed', error }),
    );
    if (mine === asked) set(next);
  }
  return {
    /** What has to be known now. `again`: also where that is the same, because the cart is not. */
    about(next, { again = false } = {}) {
      if (!again && JSON.stringify(next) === JSON.stringify(question)) return;
      question = next;
      asked += 1; // an answer that is still on its way is to another question
      timers.clearTimeout(timer);
      set({ is: question === undefined ? 'unknown' : 'asking' });
      if (question !== undefined) timer = timers.setTimeout(() => void run(), waitMs);
    },
    /**
     * The quote that is shown. Throws where nobody has seen yet what they would pay: asks at once, so that they see it. What the shop has
     * refused is no such case, and undefined: it refuses the order for the same.
     */
    async seen() {
      const refused = state.is === 'failed' && state.error.status >= 400 && state.error.status < 500 && state.error.status !== 429;
      if (state.is === 'known') return state.quote;
      if (state.is === 'unknown' || refused) return undefined;
      timers.clearTimeout(timer);
      await run();
      if (state.is === 'failed') throw state.error;
      throw new Error('Look at what you will pay, then place the order.');
    },
  };
}
