import type { Fault } from './fault.ts';

/** Half of all customers pay so, and half well, from the beginning of the trial to its end. */
function provider(how: string, what: string, tokens: readonly string[]): Fault {
  const well = Array<string>(tokens.length).fill('tok_ok');
  return { name: `provider-${how}`, what, lastsMs: 0, habits: { tokens: [...well, ...tokens] }, inject: () => Promise.resolve() };
}

export const providerFaults: readonly Fault[] = [
  provider('timeouts', 'half of all payments get no answer from the provider, of which half were made', ['tok_timeout', 'tok_answer_lost']),
  provider('slow', 'the provider takes seconds to answer half of all payments', ['tok_slow']),
  provider('webhooks-twice', 'of half of all payments the provider tells by webhooks alone, each of them twice, the later one first', [
    'tok_twice',
  ]),
];
