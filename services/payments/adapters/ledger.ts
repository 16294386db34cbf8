import type { Database, UnitOfWork } from '@cartwright/kernel/postgres/database';
import { v7 } from 'uuid';
import type { LedgerEntry } from '../domain/ledger.ts';
import type { Posting } from '../domain/payment-states.ts';
import type { LedgerRow, Payments } from '../ports.ts';

export interface LedgerTransaction {
  readonly orderId: string;
  readonly currency: string;
  readonly kind: Posting;
  /** Which refund, where money goes back. */
  readonly refundId: string | null;
  readonly entries: readonly LedgerEntry[];
}

/** Appends a transaction. The commit fails where its entries do not add up to zero, or where the same was posted before. */
export async function writeLedger({ em }: UnitOfWork, { orderId, currency, kind, refundId, entries }: LedgerTransaction): Promise<void> {
  const transaction = v7();
  await em.execute(
    `insert into ledger_entries (transaction_id, order_id, kind, refund_id, account, amount, currency) values ${entries.map(() => '(?, ?, ?, ?, ?, ?, ?)').join(', ')}`,
    entries.flatMap(({ account, amount }) => [transaction, orderId, kind, refundId, account, amount, currency]),
    'run',
  );
}

/** Reads the ledger. */
export function ledgerIn(database: Database): Pick<Payments, 'ledger' | 'balances'> {
  return {
    ledger: ({ orderId, beforeId, limit }) =>
      database.sql<LedgerRow>(
        `select id::float8 as id, transaction_id as "transactionId", order_id as "orderId", kind, account, amount::float8 as amount, currency,
           to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "createdAt"
         from ledger_entries where (?::uuid is null or order_id = ?::uuid) and id < ? order by id desc limit ?`,
        [orderId ?? null, orderId ?? null, beforeId ?? Number.MAX_SAFE_INTEGER, limit],
      ),
    balances: (orderId) =>
      database.sql<{ account: string; currency: string; amount: number }>(
        `select account, currency, sum(amount)::float8 as amount from ledger_entries
         where (?::uuid is null or order_id = ?::uuid) group by account, currency order by account, currency`,
        [orderId ?? null, orderId ?? null],
      ),
  };
}
