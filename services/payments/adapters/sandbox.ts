import { setTimeout as delay } from 'node:timers/promises';
import type { Database, UnitOfWork } from '@cartwright/kernel/postgres/database';
import type { ProviderAnswer } from '../domain/provider-answers.ts';
import { ProviderUnavailable } from '../ports.ts';
import type { Notice, PaymentProvider, ProviderRequest, Sandbox } from '../ports.ts';
import { planOf } from './sandbox-tokens.ts';
import type { SandboxPlan } from './sandbox-tokens.ts';

export interface SandboxOptions {
  /** Delivers a webhook, as it would come over the network. */
  readonly deliver: (notice: Notice) => void;
  /** Milliseconds until a call without answer counts as such; 1 s unless told. */
  readonly timeoutMs?: number;
  /** Milliseconds that `tok_slow` takes; 2 s unless told. */
  readonly slowMs?: number;
}

type State = 'action_required' | 'authorized' | 'declined' | 'captured' | 'voided' | 'refunded';

interface Row {
  reference: string;
  token: string;
  state: State;
  reason: string | null;
  amount: string;
}

const stateAfter: Readonly<Record<Exclude<SandboxPlan['authorise'], 'no_answer'>, State>> = {
  authorised: 'authorized',
  declined: 'declined',
  action_required: 'action_required',
  pending: 'authorized',
  answer_lost: 'authorized',
};

/** Where a customer answers the sandbox's 3-D Secure question, by POST. */
export function completePath(orderId: string): string {
  return `/api/payments/sandbox/${orderId}/complete`;
}

/**
 * A provider that settles by token, for local machines and tests: no money moves. It keeps records of its own, in `sandbox_payments` and
 * `sandbox_movements`, as a real provider does on its side, so that what we believe can be compared with what it did.
 */
export function sandboxProvider(database: Database, options: SandboxOptions): PaymentProvider & Sandbox {
  const { deliver, timeoutMs = 1000, slowMs = 2000 } = options;

  /** The first call decides; later ones, and those that race with it, find its record. */
  async function record(
    { orderId, amount, currency, key }: ProviderRequest,
    token: string,
    state: State,
    reason: string | null,
  ): Promise<Row> {
    const [row] = await database.sql<Row>(
      `with made as (
         insert into sandbox_payments (order_id, reference, token, state, reason, amount, currency) values (?, ?, ?, ?, ?, ?, ?)
         on conflict do nothing returning *),
       moved as (insert into sandbox_movements (key, order_id, kind, amount) select ?, order_id, 'authorise', amount from made where state = 'authorized')
       select reference, token, state, reason, amount from made`,
      [orderId, `sandbox_${orderId}`, token, state, reason, amount, currency, key],
    );
    return row ?? (await read(orderId)) ?? notThere(orderId);
  }

  async function read(orderId: string): Promise<Row | undefined> {
    const [row] = await database.sql<Row>('select reference, token, state, reason, amount from sandbox_payments where order_id = ?', [
      orderId,
    ]);
    return row;
  }

  async function* since(column: 'created_at' | 'updated_at', time: Date): AsyncGenerator<string> {
    for (let after = nobody; ;) {
      const page = await database.sql<{ id: string }>(
        `select order_id as id from sandbox_payments where ${column} >= ? and order_id > ? order by order_id limit 1000`,
        [time.toISOString(), after],
      );
      yield* page.map(({ id }) => id);
      const last = page.at(-1);
      if (last === undefined) return;
      after = last.id;
    }
  }

  /** Moves money once for a key. `decide` says from the state what becomes of it; an answer instead is given as it is. */
  function move(
    { orderId, amount, key }: ProviderRequest,
    kind: 'capture' | 'void' | 'refund',
    decide: (row: Row, refunded: number) => State | ProviderAnswer,
  ): Promise<ProviderAnswer> {
    return database.transaction(async ({ em }: UnitOfWork) => {
      const [row] = await em.execute<Row[]>(
        'select reference, token, state, reason, amount from sandbox_payments where order_id = ? for update',
        [orderId],
      );
      const done: ProviderAnswer = { outcome: outcomes[kind] };
      if (row === undefined) return kind === 'void' ? done : { outcome: 'refused', reason: 'no_such_payment', again: false };
      const repeated = await em.execute<object[]>('select 1 from sandbox_movements where key = ?', [key]);
      if (repeated.length > 0) return done;
      const [sum] = await em.execute<{ refunded: number }[]>(
        `select coalesce(sum(amount), 0)::float8 as refunded from sandbox_movements where order_id = ? and kind = 'refund'`,
        [orderId],
      );
      const next = decide(row, sum?.refunded ?? 0);
      if (typeof next !== 'string') return next;
      await em.execute(
        'insert into sandbox_movements (key, order_id, kind, amount) values (?, ?, ?, ?)',
        [key, orderId, kind, amount],
        'run',
      );
      await em.execute('update sandbox_payments set state = ?, updated_at = now() where order_id = ?', [next, orderId], 'run');
      return done;
    });
  }

  return {
    name: 'sandbox',

    async authorise(request) {
      const { orderId, token } = request;
      const plan = planOf(token);
      if (plan.slow === true) await delay(slowMs);
      if (plan.authorise === 'no_answer') {
        await delay(timeoutMs);
        throw new ProviderUnavailable('The sandbox gave no answer');
      }
      const row = await record(request, token, stateAfter[plan.authorise], plan.reason ?? null);
      if (plan.authorise === 'answer_lost') {
        await delay(timeoutMs);
        throw new ProviderUnavailable('The answer of the sandbox was lost');
      }
      if (plan.authorise !== 'pending') return pictureOf(orderId, row);
      const webhook = (number: number): void => {
        deliver({ provider: 'sandbox', eventId: `${row.reference}:${String(number)}`, about: { orderId } });
      };
      // After the answer: the later one first, and both twice.
      setImmediate(() => {
        for (const number of [2, 1, 2, 1]) webhook(number);
      });
      return { outcome: 'pending', reference: row.reference };
    },

    capture: (request) =>
      move(request, 'capture', ({ token, state }) => {
        if (planOf(token).captureFails === true) return { outcome: 'refused', reason: 'capture_failed', again: true };
        return state === 'authorized' ? 'captured' : { outcome: 'refused', reason: `payment_is_${state}`, again: false };
      }),

    void: (request) =>
      move(request, 'void', ({ state }) => {
        if (state === 'captured' || state === 'refunded') return { outcome: state };
        return state === 'authorized' || state === 'action_required' ? 'voided' : { outcome: 'voided' };
      }),

    refund: (request) =>
      move(request, 'refund', ({ token, state, amount }, refunded) => {
        if (planOf(token).refundFails === true) return { outcome: 'refused', reason: 'refund_failed', again: false };
        if (state === 'refunded') return { outcome: 'refunded' };
        if (state !== 'captured') return { outcome: 'refused', reason: `payment_is_${state}`, again: false };
        const left = Number(amount) - refunded;
        if (request.amount > left) return { outcome: 'refused', reason: 'more_than_is_left', again: false };
        return request.amount === left ? 'refunded' : 'captured';
      }),

    async lookUpRefund({ key }) {
      const rows = await database.sql<object>('select 1 from sandbox_movements where key = ?', [key]);
      return { outcome: rows.length > 0 ? 'refunded' : 'unknown' };
    },

    async lookUp({ orderId }) {
      const row = await read(orderId);
      if (row === undefined) return { outcome: 'unknown' };
      const picture = pictureOf(orderId, row);
      if (picture.outcome !== 'captured' && picture.outcome !== 'refunded') return picture;
      const [sums] = await database.sql<{ taken: number; givenBack: number }>(
        `select coalesce(sum(amount) filter (where kind = 'capture'), 0)::float8 as taken,
           coalesce(sum(amount) filter (where kind = 'refund'), 0)::float8 as "givenBack" from sandbox_movements where order_id = ?`,
        [orderId],
      );
      return { ...picture, ...sums };
    },

    ordersSince: (time) => since('created_at', time),

    async *changesSince(time) {
      for await (const orderId of since('updated_at', time)) yield { orderId };
    },

    async complete(orderId, approved) {
      const [row] = await database.sql<{ reference: string }>(
        `with done as (
           update sandbox_payments set state = ?, reason = ?, updated_at = now() where order_id = ? and state = 'action_required' returning *),
         moved as (insert into sandbox_movements (key, order_id, kind, amount) select reference || ':complete', order_id, 'authorise', amount from done where state = 'authorized')
         select reference from done`,
        [approved ? 'authorized' : 'declined', approved ? null : 'authentication_failed', orderId],
      );
      if (row === undefined) return (await read(orderId)) === undefined ? 'unknown' : 'not_waiting';
      deliver({ provider: 'sandbox', eventId: `${row.reference}:complete`, about: { orderId } });
      return 'completed';
    },
  };
}

const nobody = '00000000-0000-0000-0000-000000000000';
const outcomes = { capture: 'captured', void: 'voided', refund: 'refunded' } as const;

function pictureOf(orderId: string, { reference, state, reason }: Row): ProviderAnswer {
  switch (state) {
    case 'authorized':
      return { outcome: 'authorised', reference };
    case 'action_required':
      return { outcome: 'action_required', reference, nextAction: { type: 'sandbox_3ds', url: completePath(orderId) } };
    case 'declined':
      return { outcome: 'declined', reference, reason: reason ?? 'card_declined' };
    case 'captured':
    case 'voided':
    case 'refunded':
      return { outcome: state, reference };
  }
}

function notThere(orderId: string): never {
  throw new ProviderUnavailable(`The sandbox lost the payment of order ${orderId}`);
}
