import { every } from '@cartwright/kernel/every';
import type { Kernel } from '@cartwright/kernel/kernel';
import type { Database } from '@cartwright/kernel/postgres/database';
import type { Input, Step } from '../domain/payment.ts';
import { delayAfter } from '../domain/retry.ts';
import { ProviderUnavailable } from '../ports.ts';
import type { PaymentProvider, ProviderRequest } from '../ports.ts';
import { applyInput, selectPayment } from './payments-in-postgres.ts';
import type { Payment } from './payments-in-postgres.ts';

export interface PaymentWorker {
  /** Makes a call now; what is not made now is made when it is due. */
  readonly wake: (orderId: string, step: Step) => void;
  /** Makes all calls that are due. Answers how many. */
  readonly sweep: () => Promise<number>;
  stop(): Promise<void>;
}

interface Lease {
  readonly orderId: string;
  readonly step: Step;
  readonly tries: number;
}

/** Longer than a provider's call may take. */
const leaseSeconds = 30;
const sweepEveryMs = 500;
const atATime = 16;

/**
 * Makes the calls of providers, outside of any transaction. A call is leased before it is made and done when its outcome has committed: a
 * worker that dies in between leaves a call that is made again with the same key, which the provider does only once.
 */
export function startWorker(
  kernel: Pick<Kernel, 'log'>,
  database: Database,
  providers: ReadonlyMap<string, PaymentProvider>,
): PaymentWorker {
  const running = new Set<Promise<unknown>>();

  function lease(where: string, params: readonly unknown[]): Promise<Lease[]> {
    return database.sql<Lease>(
      `update attempts set leased_until = now() + interval '${String(leaseSeconds)} seconds', tries = tries + 1
       where (order_id, step) in (select order_id, step from attempts where state = 'open' and (leased_until is null or leased_until < now()) and ${where}
         for update skip locked)
       returning order_id as "orderId", step, tries`,
      params,
    );
  }

  async function make({ orderId, step, tries }: Lease): Promise<void> {
    const [payment] = await database.sql<Payment>(selectPayment, [orderId]);
    if (payment === undefined) return;
    let input: Input;
    try {
      input = await call(payment, step);
    } catch (error) {
      const delay = delayAfter(step, tries);
      kernel.log.warn({ error, orderId, step, tries }, 'the provider did not answer');
      if (delay !== undefined) {
        await database.sql(
          `update attempts set leased_until = null, due_at = now() + ? * interval '1 millisecond', last_error = ? where order_id = ? and step = ?`,
          [delay, error instanceof ProviderUnavailable ? error.code : 'error', orderId, step],
        );
        return;
      }
      input =
        step === 'capture'
          ? { type: 'capture_declined', reason: 'provider_unavailable' }
          : { type: 'declined', reason: 'provider_timeout' };
    }
    const then = await database.transaction(async (unit) => {
      await unit.em.execute(
        `update attempts set state = 'done', done_at = now(), leased_until = null, last_error = null where order_id = ? and step = ?`,
        [orderId, step],
        'run',
      );
      return applyInput(unit, orderId, input);
    });
    if (then !== undefined) wake(orderId, then);
  }

  async function call(payment: Payment, step: Step): Promise<Input> {
    const { orderId, amount, currency, provider: name, token, reference } = payment;
    const provider = providers.get(name);
    if (provider === undefined) return { type: 'declined', reason: 'provider_not_available' };
    if (amount === null || currency === null) throw new Error(`The payment of order ${orderId} has no amount`);
    const request: ProviderRequest = { orderId, amount, currency, key: `${orderId}:${step}` };
    if (step === 'authorise') return provider.authorise({ ...request, token: token ?? '' });
    if (reference === null) throw new Error(`The payment of order ${orderId} has no reference`);
    if (step === 'capture') return provider.capture({ ...request, reference });
    await (step === 'void' ? provider.void({ ...request, reference }) : provider.refund({ ...request, reference }));
    return { type: step === 'void' ? 'voided' : 'refunded' };
  }

  function track(work: Promise<unknown>): void {
    const job = work.catch((error: unknown) => {
      kernel.log.error({ error }, 'a call of a provider is left for later');
    });
    running.add(job);
    void job.finally(() => running.delete(job));
  }

  function wake(orderId: string, step: Step): void {
    track(
      (async () => {
        const [taken] = await lease('order_id = ? and step = ?', [orderId, step]);
        if (taken !== undefined) await make(taken);
      })(),
    );
  }

  async function sweep(): Promise<number> {
    if (running.size >= atATime) return 0;
    const due = await lease(`due_at <= now() - interval '200 milliseconds' order by due_at limit ${String(atATime)}`, []);
    for (const taken of due) track(make(taken));
    await Promise.all(running);
    return due.length;
  }

  const sweeping = every(sweepEveryMs, 'calls of providers', kernel.log, sweep);
  return {
    wake,
    sweep,
    async stop() {
      await sweeping.stop();
      await Promise.all(running);
    },
  };
}
