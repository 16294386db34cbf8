import { EmailSent } from '@cartwright/kernel/events/email-sent';
import { SmsSent } from '@cartwright/kernel/events/sms-sent';
import type { UnitOfWork } from '@cartwright/kernel/postgres/database';
import type { Channel, TemplateName } from '../domain/templates.ts';

/** A message as far as its announcement goes. */
export interface SentRow {
  readonly id: string;
  readonly channel: Channel;
  readonly template: TemplateName;
  readonly order_id: string | null;
  readonly state: string;
  readonly recipient_hash: string | null;
}

/** Publishes that a message was sent, in the transaction that notes it first: so once. */
export function announceSent(
  { publish }: UnitOfWork,
  { id, channel, template, order_id: orderId }: Omit<SentRow, 'state' | 'recipient_hash'>,
): void {
  const Sent = channel === 'email' ? EmailSent : SmsSent;
  publish(
    Sent.create({ aggregateId: id, aggregateVersion: 1, data: { messageId: id, template, ...(orderId === null ? {} : { orderId }) } }),
  );
}
