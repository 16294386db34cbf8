import { expect } from 'chai';
import { v7 } from 'uuid';
import { startNotifications } from './fixtures.ts';

describe('The mailbox', () => {
  it('shows a message once that it was given twice, and counts how often it was', async () => {
    const service = await startNotifications();
    try {
      const message = { id: v7(), to: 'ada@example.com', subject: 'Hello', html: null, text: 'Hello, Ada', headers: {} };
      const { email } = service.mailbox.senders();
      for (let time = 0; time < 2; time += 1) await email.send(message);
      expect(await service.mailbox.list({ to: message.to, limit: 10 })).to.have.length(1);
      const [row] = await service.database.sql<{ times: number }>('select handed_over as times from mailbox where message_id = ?', [
        message.id,
      ]);
      expect(row?.times).to.equal(2);
    } finally {
      await service.close();
    }
  });
});
