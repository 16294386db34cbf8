import { expect } from 'chai';
import { choose, places } from './choices.ts';
import type { Choice } from './choices.ts';
import { randomFrom } from './random.ts';

const steps = Array.from({ length: 300 }, (_, step) => step);
const choicesOf = (seed: number, name: string, customer: number, tokens?: readonly string[]): Choice[] =>
  steps.map((step) => choose(randomFrom(seed, name, customer, step), tokens === undefined ? {} : { tokens }));

describe('What people choose under chaos', () => {
  it('is the same for a seed, fault, customer and step, in whatever order the steps are taken', () => {
    const backwards = [...steps].reverse().map((step) => choose(randomFrom(7, 'kill-orders', 3, step)));
    expect(backwards.reverse()).to.deep.equal(choicesOf(7, 'kill-orders', 3));
  });

  it('is another for another seed, fault or customer', () => {
    const all = [choicesOf(7, 'kill-orders', 3), choicesOf(8, 'kill-orders', 3), choicesOf(7, 'none', 3), choicesOf(7, 'kill-orders', 4)];
    expect(new Set(all.map((choices) => JSON.stringify(choices))).size).to.equal(all.length);
  });

  it('holds everything that people and staff do, on places that the shelf has', () => {
    const choices = choicesOf(1, 'none', 1);
    expect(new Set(choices.map(({ what }) => what))).to.deep.equal(new Set(['buy', 'look', 'adjust', 'reprice', 'replace']));
    const wanted = choices.flatMap((choice) => (choice.what === 'buy' ? choice.lines.map(({ place }) => place) : [choice.place]));
    expect(Math.min(...wanted)).to.equal(0);
    expect(Math.max(...wanted)).to.equal(places.plenty + places.scarce + places.fleeting - 1);
    const endings = choices.flatMap((choice) => (choice.what === 'buy' ? [choice.aftermath.what] : []));
    expect(new Set(endings)).to.deep.equal(new Set(['nothing', 'cancel', 'refund', 'return']));
  });

  it('pays as the fault says', () => {
    const tokens = choicesOf(1, 'provider-slow', 1, ['tok_slow']).flatMap((choice) => (choice.what === 'buy' ? [choice.token] : []));
    expect(new Set(tokens)).to.deep.equal(new Set(['tok_slow']));
  });
});
