import { setTimeout as delay } from 'node:timers/promises';
import type { Kernel } from '@cartwright/kernel/kernel';
import { startLeasedJobs } from '@cartwright/kernel/leased-jobs';
import type { LeasedJobs } from '@cartwright/kernel/leased-jobs';
import { counter } from '@cartwright/kernel/telemetry/metrics';
import { conclude } from '../domain/conclude.ts';
import type { ProviderAnswer } from '../domain/provider-answers.ts';
import { ProviderUnavailable } from '../ports.ts';
import type { Job, PaymentProvider, Payments } from '../ports.ts';
import { callMs as longestCallMs, patienceMs } from './lease.ts';
import { nothingToPay } from './nothing-to-pay.ts';

export interface WorkerOptions {
  readonly payments: Pick<Payments, 'lease' | 'conclude'>;
  readonly providers: ReadonlyMap<string, PaymentProvider>;
  /** How often attempts that are due are looked for. */
  readonly sweepMs?: number;
  /** How long a call may take in all. */
  readonly callMs?: number;
  /** Runs after a provider has answered and before that is written; for tests that die there. */
  readonly answered?: (job: Job) => Promise<void>;
}

/**
 * Makes the calls of providers, outside of any transaction. A worker that dies between a provider's answer and its commit leaves an
 * attempt that another makes again with the same key: the provider does it once.
 */
export function startWorker(kernel: Pick<Kernel, 'log' | 'metrics'>, options: WorkerOptions): LeasedJobs<Job> {
  const { payments, providers, sweepMs = 500, callMs = longestCallMs, answered } = options;
  const calls = counter(kernel.metrics, 'payment_calls_total', 'Calls of payment providers', ['provider', 'step', 'outcome']);

  async function ask(job: Job): Promise<ProviderAnswer | undefined> {
    const provider = job.amount === 0 ? nothingToPay : providers.get(job.provider);
    if (provider === undefined) return job.step === 'authorise' ? { outcome: 'declined', reason: 'provider_not_available' } : undefined;
    try {
      return await within(callMs, call(provider, job));
    } catch (error) {
      const { orderId, step, number, tries } = job;
      const level = error instanceof ProviderUnavailable ? 'warn' : 'error';
      kernel.log[level]({ error, orderId, step, number, tries }, 'the provider gave no answer');
      return undefined;
    }
  }

  async function work(job: Job): Promise<void> {
    const { orderId, step, provider, tries } = job;
    const answer = await ask(job);
    await answered?.(job);
    const conclusion = conclude(step, answer, tries + 1);
    calls.inc({ provider, step, outcome: answer?.outcome ?? 'no_answer' });
    const next = await payments.conclude(job, conclusion);
    if (conclusion.inputs.some(({ signal }) => signal === 'stuck'))
      kernel.log.error({ orderId, step }, 'a payment needs a person: the provider does not undo it');
    jobs.start(...next);
  }

  const jobs = startLeasedJobs<Job>({
    name: 'calls of payment providers',
    log: kernel.log,
    lease: (limit) => payments.lease(limit),
    work,
    sweepMs,
    patienceMs,
  });
  return jobs;
}

/** The answer of a call, unless it takes too long: what comes later is not waited for. The same key asks again, so nothing is done twice. */
async function within(ms: number, answer: Promise<ProviderAnswer>): Promise<ProviderAnswer> {
  const end = new AbortController();
  const late = delay(ms, undefined, { signal: end.signal }).then(() => {
    throw new ProviderUnavailable(`The provider gave no answer within ${String(ms)} ms`);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    end.abort();
  }
}

/** What may have been done is looked up before it is asked for once more: the answer alone may have been lost, and the key forgotten. */
async function call(provider: PaymentProvider, job: Job): Promise<ProviderAnswer> {
  const { step, tries, mayBeDone, token, refundId } = job;
  const again = mayBeDone || tries > 0;
  if (step === 'authorise') {
    const known = again ? await provider.lookUp(job) : undefined;
    if (known !== undefined && known.outcome !== 'unknown') return known;
    // The token is forgotten as soon as the payment is decided: then there is nothing left to ask.
    return token === null ? { outcome: 'unknown' } : provider.authorise({ ...job, token });
  }
  if (step === 'refund') {
    if (refundId === null) throw new Error(`The refund of order ${job.orderId} has no id`);
    const known = again ? await provider.lookUpRefund({ ...job, refundId }) : undefined;
    return known !== undefined && known.outcome !== 'unknown' ? known : provider.refund({ ...job, refundId });
  }
  switch (step) {
    case 'capture':
      return provider.capture(job);
    case 'void':
      return provider.void(job);
    case 'look_up':
      return provider.lookUp(job);
  }
}
