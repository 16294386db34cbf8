import type { OutboxRow } from './wire.ts';

/** A row of the outbox with its place. `position` is a bigint as text. */
export interface PendingRow extends OutboxRow {
  readonly position: string;
}

/** The name of an aggregate across types, as the relay's queries write it. */
export function aggregateOf(row: Pick<OutboxRow, 'aggregate_type' | 'aggregate_id'>): string {
  return `${row.aggregate_type}/${row.aggregate_id}`;
}

/**
 * What became of published rows: one that failed holds back the later ones of its aggregate, which are published again behind it even where
 * the broker took them. Consumers see order, or a duplicate.
 */
export function settle(rows: readonly PendingRow[], failed: ReadonlySet<string>): { published: PendingRow[]; held: Set<string> } {
  const published: PendingRow[] = [];
  const held = new Set<string>();
  for (const row of rows) {
    const aggregate = aggregateOf(row);
    if (failed.has(row.id)) held.add(aggregate);
    if (!held.has(aggregate)) published.push(row);
  }
  return { published, held };
}

/** Cuts rows into calls: one topic each, in order, and none larger than `maxBytes` unless a single row is. */
export function cut(rows: readonly PendingRow[], maxBytes: number): PendingRow[][] {
  const calls: PendingRow[][] = [];
  const open = new Map<string, { rows: PendingRow[]; bytes: number }>();
  for (const row of rows) {
    const bytes = Buffer.byteLength(JSON.stringify(row.data)) + 600; // the envelope, and the entry around it
    const call = open.get(row.topic);
    if (call !== undefined && call.bytes + bytes <= maxBytes) {
      call.rows.push(row);
      call.bytes += bytes;
    } else {
      const next = { rows: [row], bytes };
      open.set(row.topic, next);
      calls.push(next.rows);
    }
  }
  return calls;
}

/** Milliseconds until the next try after `failures` failures in a row: 100, 200, 400 … up to five seconds. */
export function backoffMs(failures: number): number {
  return Math.min(5000, 100 * 2 ** Math.min(failures - 1, 10));
}
