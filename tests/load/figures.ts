import type { Measurement } from './closed-loop.ts';

/** What was measured, beside the bar that it has to hold. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly is: 'at most' | 'at least';
  readonly bar: number;
}

/** What a workload tells: operations a second of its loops, and figures that have bars. */
export interface Outcome {
  readonly measurements: readonly Measurement[];
  readonly figures: readonly Figure[];
}

export function holds({ value, is, bar }: Figure): boolean {
  return is === 'at most' ? value <= bar : value >= bar;
}

/** As in `✔ p95 of suggestions: 12.3 ms, at most 30 ms`. */
export function written(figure: Figure): string {
  const { what, unit, is, bar } = figure;
  return `${holds(figure) ? '✔' : '✘'} ${what}: ${quantity(figure)}, ${is} ${String(bar)}${unit === '' ? '' : ` ${unit}`}`;
}

/** With as many digits as tell something beside the bar. */
export function quantity({ value, unit, bar }: Figure): string {
  const digits = bar < 10 && !Number.isInteger(value) ? 3 : value < 100 && !Number.isInteger(value) ? 1 : 0;
  return `${value.toFixed(digits)}${unit === '' ? '' : ` ${unit}`}`;
}
