import { Type } from 'typebox';
import type { Static } from 'typebox';

/** What MinorUnits allows. */
const mostMinorUnits = 1_000_000_000_000n;
const closed = { additionalProperties: false };

/** How prices become others: by a share or an amount, then rounded. */
export const PriceRule = Type.Object(
  {
    change: Type.Union([
      Type.Object(
        { percent: Type.Number({ minimum: -100, maximum: 1000, description: 'Two decimals count; −10 makes it a tenth cheaper' }) },
        closed,
      ),
      Type.Object({ amount: Type.Integer({ minimum: -1_000_000_000, maximum: 1_000_000_000, description: 'Minor units' }) }, closed),
    ]),
    rounding: Type.Optional(
      Type.Object(
        {
          multiple: Type.Integer({ minimum: 1, maximum: 100_000, description: 'Minor units: 100 for whole dollars' }),
          minus: Type.Optional(
            Type.Integer({ minimum: 0, maximum: 99_999, description: 'Taken off afterwards: 1 for prices that end in 99' }),
          ),
          direction: Type.Union([Type.Literal('nearest'), Type.Literal('up'), Type.Literal('down')]),
        },
        closed,
      ),
    ),
    compareAt: Type.Optional(
      Type.Union([Type.Literal('keep'), Type.Literal('set'), Type.Literal('clear')], {
        description: 'set: what it cost before stands beside a price that is lower; clear: nothing does',
      }),
    ),
  },
  closed,
);
export type PriceRule = Static<typeof PriceRule>;

/** The price that a rule makes of one; null where it would be negative or beyond what a price may be. Exact: halves go up. */
export function ruledPrice({ change, rounding }: PriceRule, price: number): number | null {
  const changed = 'amount' in change ? BigInt(price) + BigInt(change.amount) : share(BigInt(price), change.percent);
  const rounded = rounding === undefined ? changed : round(changed, rounding);
  return rounded < 0n || rounded > mostMinorUnits ? null : Number(rounded);
}

/** What stands beside a price that was changed. */
export function ruledCompareAt(
  { compareAt = 'keep' }: PriceRule,
  before: { price: number; compareAt: number | null },
  after: number,
): number | null {
  if (compareAt === 'keep') return before.compareAt;
  return compareAt === 'set' && after < before.price ? before.price : null;
}

function share(price: bigint, percent: number): bigint {
  return divided(price * (10_000n + BigInt(Math.round(percent * 100))), 10_000n);
}

function round(price: bigint, { multiple, minus = 0, direction }: NonNullable<PriceRule['rounding']>): bigint {
  const step = BigInt(multiple);
  const target = price + BigInt(minus);
  const down = floor(target, step);
  const steps = direction === 'down' ? down : direction === 'up' ? down + (down * step === target ? 0n : 1n) : divided(target, step);
  return steps * step - BigInt(minus);
}

/** Halves go up, also below zero. */
function divided(value: bigint, by: bigint): bigint {
  return floor(2n * value + by, 2n * by);
}

function floor(value: bigint, by: bigint): bigint {
  const whole = value / by;
  return value < 0n && whole * by !== value ? whole - 1n : whole;
}
