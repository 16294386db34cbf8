// Brings the table of events in docs/API.md up to date; with --check it only says whether it is.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allEvents } from './all.ts';
import { consumersOf, eventTable, replaceTable } from './event-table.ts';

const root = join(import.meta.dirname, '../../..');
const page = join(root, 'docs/API.md');
const subscriptions = join(root, 'components/subscriptions');

const yaml = new Map(
  readdirSync(subscriptions)
    .toSorted()
    .map((file) => [file.replace(/\.yaml$/, ''), readFileSync(join(subscriptions, file), 'utf8')]),
);
const before = readFileSync(page, 'utf8');
const after = replaceTable(before, eventTable(allEvents, consumersOf(yaml)));
if (process.argv.includes('--check')) {
  if (before !== after) {
    console.error('docs/API.md is behind the schemas: npm run docs:events');
    process.exitCode = 1;
  }
} else writeFileSync(page, after);
