import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '@cartwright/kernel/postgres/database';
import { ProviderUnavailable } from '../ports.ts';
import type { PaymentProvider, ProviderRequest } from '../ports.ts';

/** A webhook of the sandbox, as it would come over the network. */
export interface SandboxWebhook {
  readonly eventId: string;
  readonly orderId: string;
  readonly type: 'pending' | 'authorised';
  readonly reference: string;
}

export interface SandboxOptions {
  /** Delivers a webhook; called twice and in the wrong order for `tok_twice`. */
  readonly deliver: (webhook: SandboxWebhook) => Promise<void>;
  /** Milliseconds until `tok_timeout` counts as unanswered; 1 s unless told. */
  readonly timeoutMs?: number;
  /** Milliseconds that `tok_slow` takes; 2 s unless told. */
  readonly slowMs?: number;
}

type SandboxState = 'pending' | 'action_required' | 'authorized' | 'declined' | 'captured' | 'voided' | 'refunded';

/** Tokens that are refused, and why. */
const declined: Readonly<Record<string, string>> = { tok_declined: 'card_declined', tok_insufficient_funds: 'insufficient_funds' };

/** Where a customer answers the sandbox's 3-D Secure question. */
export function completePath(orderId: string): string {
  return `/api/payments/sandbox/${orderId}/complete`;
}

/**
 * A provider that settles by token, for local machines and tests: no money moves. It keeps records of its own, in `sandbox_payments`, as
 * a real provider does on its side, so that what we believe can be compared with what it did.
 */
export function sandboxProvider(database: Database, { deliver, timeoutMs = 1000, slowMs = 2000 }: SandboxOptions): PaymentProvider {
  /** The sandbox's idempotency: the first call with a reference decides, later ones find its record. */
  async function record(
    { orderId, amount, currency, token }: ProviderRequest & { token: string },
    reference: string,
    state: SandboxState,
  ): Promise<void> {
    await database.sql(
      `insert into sandbox_payments (reference, order_id, token, state, amount, currency) values (?, ?, ?, ?, ?, ?) on conflict do nothing`,
      [reference, orderId, token, state, amount, currency],
    );
  }

  async function move(reference: string, from: readonly SandboxState[], to: SandboxState): Promise<boolean> {
    const places = [...from, to].map(() => '?').join(', ');
    const rows = await database.sql(
      `update sandbox_payments set state = ?, updated_at = now() where reference = ? and state in (${places}) returning 1`,
      [to, reference, ...from, to],
    );
    return rows.length > 0;
  }

  return {
    name: 'sandbox',
    async authorise(request) {
      const { orderId, token } = request;
      const reference = `sandbox_${orderId}`;
      const reason = declined[token];
      if (reason !== undefined) {
        await record(request, reference, 'declined');
        return { type: 'declined', reason };
      }
      switch (token) {
        case 'tok_timeout':
          await delay(timeoutMs);
          throw new ProviderUnavailable('The sandbox gave no answer');
        case 'tok_3ds':
          await record(request, reference, 'action_required');
          return { type: 'action_required', reference, nextAction: { type: 'sandbox_3ds', url: completePath(orderId) } };
        case 'tok_twice': {
          await record(request, reference, 'authorized');
          const send = (type: SandboxWebhook['type'], number: number): Promise<void> =>
            deliver({ eventId: `${reference}:${String(number)}`, orderId, type, reference });
          // After the answer, the later one first, and both twice.
          setImmediate(() => {
            void send('authorised', 2)
              .then(() => send('pending', 1))
              .then(() => send('authorised', 2))
              .then(() => send('pending', 1));
          });
          return { type: 'pending', reference };
        }
        case 'tok_slow':
          await delay(slowMs);
          break;
        case 'tok_ok':
        case 'tok_capture_fails':
          break;
        default:
          return { type: 'declined', reason: 'unknown_token' };
      }
      await record(request, reference, 'authorized');
      return { type: 'authorised', reference };
    },
    async capture({ reference }) {
      const [row] = await database.sql<{ token: string }>('select token from sandbox_payments where reference = ?', [reference]);
      if (row?.token === 'tok_capture_fails') return { type: 'capture_declined', reason: 'capture_declined' };
      return (await move(reference, ['authorized'], 'captured'))
        ? { type: 'captured' }
        : { type: 'capture_declined', reason: 'not_authorized' };
    },
    async void({ reference }) {
      await move(reference, ['authorized', 'action_required', 'pending'], 'voided');
    },
    async refund({ reference }) {
      await move(reference, ['captured'], 'refunded');
    },
  };
}

/** The customer's answer to the 3-D Secure question. Answers false when the sandbox waits for none. */
export async function completeSandbox(database: Database, orderId: string, approved: boolean): Promise<string | undefined> {
  const [row] = await database.sql<{ reference: string }>(
    `update sandbox_payments set state = ?, updated_at = now() where order_id = ? and state = 'action_required' returning reference`,
    [approved ? 'authorized' : 'declined', orderId],
  );
  return row?.reference;
}
