import { setTimeout as delay } from 'node:timers/promises';
import type { Kernel } from '@cartwright/kernel/kernel';
import type { Database } from '@cartwright/kernel/postgres/database';
import { gauge } from '@cartwright/kernel/telemetry/metrics';
import { compare } from '../domain/reconcile.ts';
import type { Verdict } from '../domain/reconcile.ts';
import type { Payment } from '../domain/payment.ts';
import { ProviderUnavailable } from '../ports.ts';
import type {
  FoundDifference,
  Job,
  PaymentProvider,
  Payments,
  ReconciliationNews,
  ReconciliationScope,
  Reconciliations,
} from '../ports.ts';
import { reconciliationRows } from './reconciliation-rows.ts';

export interface ReconciliationParts {
  readonly database: Database;
  readonly payments: Pick<Payments, 'find' | 'tell'>;
  readonly providers: ReadonlyMap<string, PaymentProvider>;
  readonly start: (...jobs: readonly Job[]) => void;
  /** How long what was put right may take to come out, in milliseconds; 15 s unless told. */
  readonly patienceMs?: number;
  /** Runs after a payment was compared, before that is acted upon; for tests. */
  readonly compared?: (orderId: string) => Promise<void>;
}

const nobody = '00000000-0000-0000-0000-000000000000';
const pageSize = 100;
/** Look-ups at a time. */
const abreast = 8;

/** Compares payments with the providers' records, one reconciliation at a time. */
export function reconciliationsOf(kernel: Pick<Kernel, 'log' | 'metrics'>, parts: ReconciliationParts): Reconciliations {
  const { database, payments, providers, start, patienceMs = 15_000, compared } = parts;
  const rows = reconciliationRows(database);
  gauge(kernel.metrics, 'payments_unreconciled', 'Differences with providers that the last reconciliation left', rows.left);

  /** Compares a payment that stayed as it is while the provider was asked. Undefined: it never did, so that something moves it. */
  async function judge(orderId: string): Promise<{ payment: Payment; verdict: Verdict } | undefined> {
    for (let turn = 0; turn < 5; turn += 1) {
      const payment = await payments.find(orderId);
      if (payment === undefined) return undefined;
      const answer = await askAbout(payment);
      const open = await rows.openCalls(orderId);
      if (JSON.stringify(await payments.find(orderId)) === JSON.stringify(payment))
        return { payment, verdict: compare(payment, answer, open) };
    }
    return undefined;
  }

  async function askAbout({ orderId, provider, amount, currency, reference }: Payment) {
    const named = providers.get(provider);
    if (named === undefined || amount === null || currency === null) return undefined;
    try {
      return await named.lookUp({ orderId, amount, currency, reference, key: `${orderId}:reconcile` });
    } catch (error) {
      const level = error instanceof ProviderUnavailable ? 'warn' : 'error';
      kernel.log[level]({ error, orderId }, 'the provider gave no answer to a reconciliation');
      return undefined;
    }
  }

  async function putRight({ orderId, state }: Payment, verdict: Verdict): Promise<void> {
    if (verdict.kind === 'wait') await rows.hasten(orderId);
    if (verdict.kind === 'call') start(...(await rows.call(orderId, state, verdict.calls)));
    if (verdict.kind !== 'tell') return;
    const jobs = await database.transaction(async (unit) => {
      const all: Job[] = [];
      for (const input of verdict.inputs) all.push(...(await payments.tell(unit, orderId, input)));
      return all;
    });
    start(...jobs);
  }

  /** One payment that cannot be written does not keep the others from being put right; it stays unresolved. */
  async function tryToPutRight(payment: Payment, verdict: Verdict): Promise<void> {
    try {
      await putRight(payment, verdict);
    } catch (error) {
      kernel.log.error({ error, orderId: payment.orderId }, 'a payment could not be put right');
    }
  }

  async function checkOne(orderId: string): Promise<FoundDifference | undefined> {
    const judged = await judge(orderId);
    if (judged === undefined) return undefined;
    const { payment, verdict } = judged;
    await compared?.(orderId);
    if (verdict.kind === 'agrees') return undefined;
    await tryToPutRight(payment, verdict);
    return { orderId, name: verdict.name, provider: payment.provider, state: payment.state, resolved: false };
  }

  /** Whether what was put right has come out so. What has turned out only now is put right too; what waits is not hastened again. */
  async function isSettled({ orderId }: FoundDifference): Promise<boolean> {
    const judged = await judge(orderId);
    if (judged === undefined) return false;
    if (judged.verdict.kind !== 'wait') await tryToPutRight(judged.payment, judged.verdict);
    return judged.verdict.kind === 'agrees';
  }

  async function settled(found: FoundDifference[], alive: () => Promise<void>): Promise<FoundDifference[]> {
    const deadline = Date.now() + patienceMs;
    let differences = found;
    for (;;) {
      differences = await inParts(differences, async (one) => (one.resolved ? one : { ...one, resolved: await isSettled(one) }));
      if (differences.every(({ resolved }) => resolved) || Date.now() > deadline) return differences;
      await alive();
      await delay(Math.min(500, patienceMs));
    }
  }

  /** Payments here that a reconciliation is about. */
  async function* ours(scope: ReconciliationScope): AsyncGenerator<string[]> {
    for (let ids = await rows.page(scope, nobody, pageSize); ids.length > 0; ids = await rows.page(scope, ids.at(-1) ?? '', pageSize))
      yield ids;
  }

  /** Those that have long been at rest here, and have changed there: their webhook may never have come. */
  async function* changedThere(scope: ReconciliationScope): AsyncGenerator<string[]> {
    for (const provider of providers.values()) {
      const seen = new Set<string>();
      for await (const subjects of inBatches(provider.changesSince(since(scope)), 1000)) {
        const ids = (await rows.longAtRest(scope, provider.name, subjects)).filter((id) => !seen.has(id));
        for (const id of ids) seen.add(id);
        if (ids.length > 0) yield ids;
      }
    }
  }

  async function unknownHere(scope: ReconciliationScope): Promise<FoundDifference[]> {
    const found: FoundDifference[] = [];
    for (const provider of providers.values())
      for await (const batch of inBatches(provider.ordersSince(since(scope)), 1000))
        for (const orderId of await rows.unknown(batch))
          found.push({ orderId, name: 'unknown_here', provider: provider.name, state: null, resolved: false });
    return found;
  }

  async function* run(id: string, scope: ReconciliationScope): AsyncGenerator<ReconciliationNews> {
    let checked = 0;
    const differences: FoundDifference[] = [];
    let found: FoundDifference[] = [];
    let complete = false;
    try {
      const total = await rows.total(scope);
      // What is ours is put right first: a provider that does not give its list keeps nothing from that.
      for (const pages of [ours(scope), changedThere(scope)]) {
        for await (const ids of pages) {
          found.push(...(await inParts(ids, checkOne)).filter((one) => one !== undefined));
          checked += ids.length;
          await rows.beat(id, checked);
          yield { type: 'progress', checked, total: Math.max(total, checked) };
        }
        differences.push(...(await settled(found, () => rows.beat(id, checked))));
        found = [];
      }
      differences.push(...(await unknownHere(scope)));
      complete = true;
    } finally {
      await rows.finish(id, complete, checked, [...differences, ...found]);
    }
    const left = differences.filter(({ resolved }) => !resolved);
    for (const difference of left) kernel.log.error({ ...difference }, 'a payment and its provider do not agree');
    yield { type: 'result', id, checked, differences, unresolved: left.length };
  }

  return {
    latest: rows.latest,
    async begin(scope) {
      const id = await rows.take(scope.askedBy);
      return id === undefined ? undefined : run(id, scope);
    },
  };
}

function since({ hours }: ReconciliationScope): Date {
  return new Date(Date.now() - hours * 3_600_000);
}

async function* inBatches<Item>(items: AsyncIterable<Item>, size: number): AsyncGenerator<Item[]> {
  let batch: Item[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function inParts<In, Out>(items: readonly In[], work: (item: In) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = [];
  for (let from = 0; from < items.length; from += abreast)
    results.push(...(await Promise.all(items.slice(from, from + abreast).map(work))));
  return results;
}
