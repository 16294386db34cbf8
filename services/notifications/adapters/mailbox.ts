import type { Database } from '@cartwright/kernel/postgres/database';
import type { Channel } from '../domain/templates.ts';
import type { Mailbox, MessageSender } from '../ports.ts';

interface Row {
  message_id: string;
  channel: Channel;
  recipient: string;
  subject: string;
  html: string | null;
  text: string;
  created_at: string;
}

/** A table that takes messages instead of a provider. A message that is handed over twice is there once, and counted. */
export function mailboxIn(database: Database): Mailbox {
  const sender = (channel: Channel): MessageSender => ({
    provider: 'mailbox',
    async send({ id, to, subject, html, text }) {
      await database.sql(
        `insert into mailbox (message_id, channel, recipient, subject, html, text) values (?, ?, ?, ?, ?, ?)
         on conflict (message_id) do update set handed_over = mailbox.handed_over + 1`,
        [id, channel, to, subject, html, text],
      );
      return { result: 'sent', providerMessageId: id };
    },
  });
  return {
    senders: () => ({ email: sender('email'), sms: sender('sms') }),
    async list({ to, beforeId, limit }) {
      const rows = await database.sql<Row>(
        `select message_id, channel, recipient, subject, html, text, created_at from mailbox
         where (?::text is null or lower(recipient) = lower(?::text)) and (?::uuid is null or message_id < ?::uuid)
         order by message_id desc limit ?`,
        [to ?? null, to ?? null, beforeId ?? null, beforeId ?? null, limit],
      );
      return rows.map((row) => ({
        id: row.message_id,
        to: row.recipient,
        channel: row.channel,
        subject: row.subject,
        html: row.html,
        text: row.text,
        createdAt: new Date(row.created_at).toISOString(),
      }));
    },
  };
}
