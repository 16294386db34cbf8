// `npm run docs:states`: draws the states of an order into docs/ARCHITECTURE.md, from the tables that the program runs on.
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fulfilmentTransitions, paymentTransitions, statusTransitions } from './domain/order-states.ts';
import type { Transitions } from './domain/order-states.ts';

export const architecturePage = resolve(import.meta.dirname, '../../docs/ARCHITECTURE.md');

const begin = '<!-- states: drawn by services/orders/document-states.ts -->';
const end = '<!-- /states -->';

/** The page with the pictures as the tables are now. */
export function withStates(page: string): string {
  const [before, rest] = page.split(begin);
  const [, after] = (rest ?? '').split(end);
  if (before === undefined || after === undefined) throw new Error(`docs/ARCHITECTURE.md has lost ${begin} or ${end}`);
  const pictures = [
    picture(statusTransitions, 'placed', 'POST /api/orders'),
    'Beside `status` stands `fulfilment`:',
    picture(fulfilmentTransitions, 'none'),
    'and `paymentStatus`:',
    picture(paymentTransitions, 'none'),
  ];
  return [before + begin, ...pictures, end + after].join('\n\n');
}

function picture<State extends string>(transitions: Transitions<State>, first: State, how?: string): string {
  const states = Object.keys(transitions) as State[];
  const arrows = states.flatMap((from) => {
    const next = Object.entries<string | undefined>(transitions[from]);
    if (next.length === 0) return [`  ${from} --> [*]`];
    return next.map(([to, why]) => `  ${from} --> ${to}: ${why ?? ''}`);
  });
  return ['```mermaid', 'stateDiagram-v2', `  [*] --> ${first}${how === undefined ? '' : `: ${how}`}`, ...arrows, '```'].join('\n');
}

if (process.argv[1] === import.meta.filename) writeFileSync(architecturePage, withStates(readFileSync(architecturePage, 'utf8')));
