import type { Database } from '@cartwright/kernel/postgres/database';
import type { Mailbox, MailboxEntry, MessageSender } from '../ports.ts';

interface Row {
  message_id: string;
  channel: MailboxEntry['channel'];
  recipient: string;
  subject: string;
  html: string | null;
  text: string;
  headers: Record<string, string>;
  created_at: string;
}

/** A table that takes messages instead of a provider. A message that is handed over twice is there once, and counted. */
export function mailboxIn(database: Database): Mailbox {
  const sender = (channel: MailboxEntry['channel']): MessageSender => ({
    provider: 'mailbox',
    async send({ id, to, subject, html, text, headers }) {
      await database.sql(
        `insert into mailbox (message_id, channel, recipient, subject, html, text, headers) values (?, ?, ?, ?, ?, ?, ?::jsonb)
         on conflict (message_id) do update set handed_over = mailbox.handed_over + 1`,
        [id, channel, to, subject, html, text, JSON.stringify(headers)],
      );
      return { result: 'sent', providerMessageId: id };
    },
  });
  return {
    senders: () => ({ email: sender('email'), sms: sender('sms') }),
    async list({ to, messageId, beforeId, limit }) {
      const rows = await database.sql<Row>(
        `select message_id, channel, recipient, subject, html, text, headers, created_at from mailbox
         where (?::text is null or lower(recipient) = lower(?::text)) and (?::uuid is null or message_id = ?::uuid)
           and (?::uuid is null or message_id < ?::uuid)
         order by message_id desc limit ?`,
        [to ?? null, to ?? null, messageId ?? null, messageId ?? null, beforeId ?? null, beforeId ?? null, limit],
      );
      return rows.map((row) => ({
        id: row.message_id,
        to: row.recipient,
        channel: row.channel,
        subject: row.subject,
        html: row.html,
        text: row.text,
        headers: row.headers,
        createdAt: new Date(row.created_at).toISOString(),
      }));
    },
  };
}
