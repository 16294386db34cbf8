import type { Database } from '@cartwright/kernel/postgres/database';
import type { Input, Step } from '../domain/payment.ts';
import { applyInput } from './payments-in-postgres.ts';

export interface ProviderEvent {
  readonly provider: string;
  /** The provider's id of the event. */
  readonly eventId: string;
  readonly orderId: string;
  readonly input: Input;
}

/**
 * Takes a provider's word. An event that comes again changes nothing, and those out of order neither: an input that the payment's state does
 * not know is passed over. Both the note and the effect commit together.
 */
export async function takeWebhook(
  database: Database,
  { provider, eventId, orderId, input }: ProviderEvent,
  wake: (orderId: string, step: Step) => void,
): Promise<void> {
  const step = await database.transaction(async (unit) => {
    const taken = await unit.em.execute<object[]>(
      'insert into webhooks (provider, event_id) values (?, ?) on conflict do nothing returning event_id',
      [provider, eventId],
    );
    return taken.length === 0 ? undefined : applyInput(unit, orderId, input);
  });
  if (step !== undefined) wake(orderId, step);
}
