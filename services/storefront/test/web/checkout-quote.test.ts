import { expect } from 'chai';

interface Question {
  readonly shippingAddress: { readonly country: string; readonly region: string; readonly postalCode: string };
  readonly shippingMethod: string;
}
type State =
  | { readonly is: 'unknown' | 'asking' }
  | { readonly is: 'known'; readonly quote: string }
  | { readonly is: 'failed'; readonly error: { readonly status: number } };
interface Quotes {
  about(next: unknown, how?: { again: boolean }): void;
  seen(): Promise<string | undefined>;
}

// Pages are plain JavaScript, which browsers load as it is written.
const { questionOf, quoting } = (await import(new URL('../../web/pages/checkout-quote.js', import.meta.url).href)) as {
  questionOf: (values: Record<string, string>, needsRegion: boolean) => Question | undefined;
  quoting: (parts: { ask: (question: unknown) => Promise<string>; show: (state: State) => void; timers: object }) => Quotes;
};

/** The page's quotes, with a clock and a shop that do what the test says. */
function page() {
  let waiting: (() => void) | undefined;
  const shown: string[] = [];
  const asked: { question: unknown; answer: (quote: string) => Promise<void>; fail: (error: object) => Promise<void> }[] = [];
  const quotes = quoting({
    ask: (question) => {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const heard = () =>
        promise.then(
          () => undefined,
          () => undefined,
        );
      asked.push({
        question,
        answer: (quote) => (resolve(quote), heard()),
        fail: (error) => (reject(error), heard()),
      });
      return promise;
    },
    show: (state) => shown.push(state.is === 'known' ? state.quote : state.is),
    timers: {
      setTimeout: (work: () => void) => {
        waiting = work;
        return 1;
      },
      clearTimeout: () => {
        waiting = undefined;
      },
    },
  });
  function elapse(): void {
    waiting?.();
    waiting = undefined;
  }
  return { quotes, shown, asked, elapse };
}

describe('What the check-out asks the price for', () => {
  const values = { country: 'US', region: 'IL', postalCode: '62701', shippingMethod: 'standard' };

  it('is what the price depends on, once all of it is filled in', () => {
    expect(questionOf({ ...values, email: 'ada@example.com' }, true)).to.deep.equal({
      shippingAddress: { country: 'US', region: 'IL', postalCode: '62701' },
      shippingMethod: 'standard',
    });
    for (const missing of Object.keys(values)) expect(questionOf({ ...values, [missing]: ' ' }, true), missing).to.equal(undefined);
    expect(questionOf({ ...values, country: 'DE', region: '' }, false)?.shippingAddress.region).to.equal('');
  });
});

describe('The price at the check-out', () => {
  it('is asked for once, when nothing has changed for a moment', async () => {
    const { quotes, shown, asked, elapse } = page();
    quotes.about('a');
    quotes.about('b');
    quotes.about('b');
    elapse();
    await asked[0]?.answer('$1');
    expect(asked.map(({ question }) => question)).to.deep.equal(['b']);
    expect(shown.at(-1)).to.equal('$1');
    quotes.about('b');
    expect(shown.at(-1), 'the same again').to.equal('$1');
    quotes.about('b', { again: true });
    elapse();
    expect(asked).to.have.length(2);
  });

  it('is that of the last question, whichever answer comes last, and none while something is missing', async () => {
    const { quotes, shown, asked, elapse } = page();
    quotes.about('a');
    elapse();
    quotes.about('b');
    elapse();
    await asked[1]?.answer('$2');
    await asked[0]?.answer('$1');
    expect(shown.at(-1)).to.equal('$2');
    quotes.about('c');
    elapse();
    quotes.about(undefined);
    await asked[2]?.answer('$3');
    expect(shown.at(-1)).to.equal('unknown');
    expect(shown).not.to.include.any.members(['$1', '$3']);
  });

  it('is shown before anything is ordered: who is too quick, or was not told, is told first', async () => {
    const { quotes, shown, asked, elapse } = page();
    quotes.about('a');
    const early = quotes.seen();
    await asked[0]?.answer('$1');
    expect(await early.catch(String)).to.include('Look at what you will pay');
    expect(shown.at(-1)).to.equal('$1');
    expect(await quotes.seen(), 'what was shown').to.equal('$1');
    quotes.about('b');
    elapse();
    await asked[1]?.fail({ status: 503 });
    const still = quotes.seen().catch((error: unknown) => error);
    await asked[2]?.fail({ status: 0 });
    expect(await still).to.deep.equal({ status: 0 });
    expect(shown.at(-1)).to.equal('failed');
  });

  it('that the shop refuses to tell is left to the order, which it refuses for the same', async () => {
    const { quotes, asked, elapse } = page();
    quotes.about('a');
    elapse();
    await asked[0]?.fail({ status: 409 });
    expect(await quotes.seen()).to.equal(undefined);
    expect(asked).to.have.length(1);
  });
});
