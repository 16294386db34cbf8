import type { Random } from './random.ts';

/** Places on the shelf: the first hold plenty, then come the scarce ones, then those whose products are replaced now and then. */
export const places = { plenty: 8, scarce: 2, fleeting: 2 } as const;

export interface WantedLine {
  readonly place: number;
  readonly quantity: number;
}

/** What becomes of an order that was confirmed. */
export type Aftermath =
  | { readonly what: 'nothing' }
  | { readonly what: 'cancel' }
  /** Minor units. */
  | { readonly what: 'refund'; readonly amount: number }
  | { readonly what: 'return'; readonly restock: boolean };

export interface Purchase {
  readonly what: 'buy';
  readonly lines: readonly WantedLine[];
  readonly token: string;
  /** Whether the customer thinks better of it at once. */
  readonly cancel: boolean;
  /** Whether the customer says yes where the bank asks. */
  readonly approve: boolean;
  readonly aftermath: Aftermath;
}

/** What somebody does next. */
export type Choice =
  | Purchase
  | { readonly what: 'look'; readonly place: number }
  | { readonly what: 'adjust'; readonly place: number; readonly delta: number }
  | { readonly what: 'reprice'; readonly place: number; readonly price: number }
  /** A product goes, and another takes its place. */
  | { readonly what: 'replace'; readonly place: number };

/** How customers pay: mostly well, and in every other way that the sandbox knows. */
export const usualTokens: readonly string[] = [
  ...Array<string>(24).fill('tok_ok'),
  ...['tok_declined', 'tok_insufficient_funds', 'tok_slow', 'tok_twice', 'tok_twice', 'tok_3ds', 'tok_capture_fails'],
  ...['tok_answer_lost', 'tok_timeout'],
];

/** How people shop. */
export interface Habits {
  /** How they pay; as `usualTokens` unless told. */
  readonly tokens?: readonly string[];
  /** How many carts of a hundred hold something of which there is little; ten unless told. */
  readonly scarcePercent?: number;
}

const standing = places.plenty + places.scarce;

/** All that is chosen for one step of one customer is chosen before it begins: how it goes on must not change what others choose. Pure. */
export function choose(random: Random, habits: Habits = {}): Choice {
  const what = random.upTo(100);
  if (what < 79) return purchase(random, habits);
  if (what < 84) return { what: 'look', place: random.upTo(standing) };
  if (what < 92) return { what: 'adjust', place: random.upTo(standing), delta: 1 + random.upTo(20) };
  if (what < 98) return { what: 'reprice', place: random.upTo(standing), price: 500 + random.upTo(5000) };
  return { what: 'replace', place: standing + random.upTo(places.fleeting) };
}

function purchase(random: Random, { tokens = usualTokens, scarcePercent = 10 }: Habits): Purchase {
  return {
    what: 'buy',
    lines: lines(random, scarcePercent),
    token: random.oneOf(tokens),
    cancel: random.percent(6),
    approve: random.percent(70),
    aftermath: random.percent(12) ? aftermath(random) : { what: 'nothing' },
  };
}

function lines(random: Random, scarcePercent: number): WantedLine[] {
  const wanted = new Map<number, number>();
  for (let count = 1 + random.upTo(3); count > 0; count -= 1) wanted.set(random.upTo(places.plenty), 1 + random.upTo(3));
  if (random.percent(scarcePercent)) wanted.set(places.plenty + random.upTo(places.scarce), 1 + random.upTo(2));
  if (random.percent(10)) wanted.set(standing + random.upTo(places.fleeting), 1);
  return [...wanted].map(([place, quantity]) => ({ place, quantity }));
}

function aftermath(random: Random): Aftermath {
  if (random.percent(30)) return { what: 'cancel' };
  if (random.percent(50)) return { what: 'refund', amount: 1 + random.upTo(50) };
  return { what: 'return', restock: random.percent(80) };
}
