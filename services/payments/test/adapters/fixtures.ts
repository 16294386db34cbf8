import { randomUUID } from 'node:crypto';
import { OrderPlaced } from '@cartwright/kernel/events/order-placed';
import { openDatabaseAt } from '@cartwright/kernel/postgres/database';
import { kernelForTests } from '@cartwright/kernel/test/kernel-for-tests';
import { adminUrl, createTestDatabase, until } from '@cartwright/kernel/test/postgres/test-database';
import { v7 } from 'uuid';
import { noticesFor } from '../../adapters/notices.ts';
import { paymentMetrics } from '../../adapters/payment-metrics.ts';
import { paymentsIn } from '../../adapters/payments.ts';
import { reconciliationsOf } from '../../adapters/reconciliation.ts';
import { sandboxProvider } from '../../adapters/sandbox.ts';
import { startWorker } from '../../adapters/worker.ts';
import { paymentsApp } from '../../app.ts';
import type { Input } from '../../domain/payment.ts';
import type { PaymentState } from '../../domain/payment-states.ts';
import type { Job, Notice, PaymentProvider, ReadWebhook } from '../../ports.ts';

export interface Parts {
  /** Instead of the sandbox's own. */
  readonly provider?: (sandbox: PaymentProvider) => PaymentProvider;
  readonly answered?: (job: Job) => Promise<void>;
  readonly readStripeWebhook?: ReadWebhook;
  /** How often due calls are looked for; never, unless told: tests have them made. */
  readonly sweepMs?: number;
  /** How long a call may take. */
  readonly callMs?: number;
  /** How long a reconciliation waits for what it has put right; 5 s unless told. */
  readonly reconcilePatienceMs?: number;
}

/** Payments in-process, on a database of its own, with the sandbox in a hurry. Attempts are made when the test says so. */
export async function startPayments(parts: Parts = {}) {
  const { provider, answered, readStripeWebhook, sweepMs = 3_600_000, callMs, reconcilePatienceMs = 5000 } = parts;
  const place = await createTestDatabase(adminUrl(), 'payments');
  const database = await openDatabaseAt(place.url, { name: 'payments', migrations: `${import.meta.dirname}/../../migrations` });
  const lines: Record<string, unknown>[] = [];
  const kernel = kernelForTests({
    log: (line) => lines.push(line),
    checkToken: (token) => Promise.resolve(JSON.parse(atob(token.split('.')[1] ?? '')) as never),
  });
  const payments = paymentsIn(database);
  const notices = noticesFor(kernel, payments);
  const delivered: Notice[] = [];
  const sandbox = sandboxProvider(database, {
    deliver: (notice) => {
      delivered.push(notice);
      notices.deliver(notice);
    },
    timeoutMs: 1,
    slowMs: 1,
  });
  const own = provider?.(sandbox) ?? sandbox;
  const worker = startWorker(kernel, {
    payments,
    providers: new Map([[own.name, own]]),
    sweepMs,
    ...(callMs === undefined ? {} : { callMs }),
    ...(answered === undefined ? {} : { answered }),
  });
  notices.startBy(worker.start);
  const reconciliations = reconciliationsOf(kernel, {
    database,
    payments,
    providers: new Map([[own.name, own]]),
    start: worker.start,
    patienceMs: reconcilePatienceMs,
  });
  paymentMetrics(kernel.metrics, database);
  const app = paymentsApp({ database, payments, reconciliations, start: worker.start, sandbox, readStripeWebhook });

  /** What the handlers do, without starting the calls: those wait for `run`. */
  async function tell(orderId: string, input: Input): Promise<Job[]> {
    return database.transaction((unit) => payments.tell(unit, orderId, input));
  }
  const stateOf = async (orderId: string): Promise<PaymentState | undefined> => (await payments.find(orderId))?.state;

  return {
    ...{ database, kernel, payments, reconciliations, sandbox, worker, app, lines, delivered, tell, stateOf },

    /** An order whose stock is reserved; its authorisation waits for `run`. */
    async order(token = 'tok_ok', amount = 11_124): Promise<string> {
      const orderId = v7();
      await database.transaction((unit) => payments.expect(unit, { orderId, customerId: null, provider: own.name }));
      await tell(orderId, { signal: 'requested', asked: { amount, currency: 'USD', provider: own.name, token } });
      return orderId;
    },

    /** Makes all calls that are there, as if their time had come and other workers had died, until the payment is as told. */
    async run(orderId: string, wanted: PaymentState): Promise<void> {
      for (let turn = 0; turn < 300 && (await stateOf(orderId)) !== wanted; turn += 1) {
        await database.sql(`update attempts set due_at = now(), leased_until = null where order_id = ? and state = 'open'`, [orderId]);
        await worker.sweep();
      }
      const state = await stateOf(orderId);
      if (state !== wanted) throw new Error(`The payment is ${String(state)}, not ${wanted}`);
    },

    /** Waits for the payment without making any call: what is woken by a commit needs no sweep. */
    async settled(orderId: string, state: PaymentState): Promise<void> {
      await until(`the payment is ${state}`, async () => (await stateOf(orderId)) === state);
    },

    /** What the sandbox has done with money. */
    movements: async (orderId: string): Promise<string[]> =>
      (
        await database.sql<{ kind: string }>('select kind from sandbox_movements where order_id = ? order by created_at, kind', [orderId])
      ).map(({ kind }) => kind),

    /** Types of the events that were published, in their order; versions have to be 1, 2, 3 … */
    async events(orderId: string): Promise<string[]> {
      const rows = await database.sql<{ type: string; version: number }>(
        'select type, aggregate_version as version from outbox where aggregate_id = ? order by position',
        [orderId],
      );
      rows.forEach(({ version }, index) => {
        if (version !== index + 1) throw new Error(`Event ${String(index + 1)} has version ${String(version)}`);
      });
      return rows.map(({ type }) => type.replace('Payment', ''));
    },

    async close() {
      await worker.stop();
      await database.close();
      await place.drop();
    },
  };
}

export type RunningPayments = Awaited<ReturnType<typeof startPayments>>;

/** A token that the tests' kernel takes: who it stands for is what it says. */
export function tokenOf(userId: string, roles: readonly string[] = ['customer']): string {
  return `h.${btoa(JSON.stringify({ userId, roles, sessionId: 's' })).replaceAll('=', '')}.s`;
}

/** An order's event on the wire. */
export function envelope(orderId: string, version: number, type: string, data: object = {}): object {
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: 'cartwright/orders',
    type,
    subject: orderId,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    aggregatetype: 'order',
    aggregateversion: version,
    data: { orderId, ...data },
  };
}

export function placed(orderId: string): object {
  return envelope(orderId, 1, 'OrderPlaced', { ...OrderPlaced.example, orderId });
}

export function reserved(orderId: string, token: string, customerId: string | null = null): object {
  return envelope(orderId, 2, 'OrderReserved', { amount: 11_124, currency: 'USD', provider: 'sandbox', token, customerId });
}
