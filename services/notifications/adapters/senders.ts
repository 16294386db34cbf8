import type { SecretStore } from '@cartwright/kernel/dapr/sdk';
import type { MessageSender, Senders } from '../ports.ts';
import { sendGrid } from './sendgrid.ts';
import { twilioSender } from './twilio.ts';

/**
 * Chooses the providers whose keys are in the secret store. Without keys the mailbox stands in on a local machine; elsewhere messages
 * of that channel wait, and are sent once there is a key.
 */
export async function chooseSenders(secrets: SecretStore, mailbox: Senders | undefined): Promise<Senders> {
  const [sendGridKey, accountSid, authToken] = await Promise.all([
    secrets.find('sendgrid-api-key'),
    secrets.find('twilio-account-sid'),
    secrets.find('twilio-auth-token'),
  ]);
  return {
    email:
      sendGridKey === undefined
        ? (mailbox?.email ?? nobody('email'))
        : await sendGrid({ apiKey: sendGridKey, from: await secrets.get('sendgrid-from') }),
    sms:
      accountSid === undefined || authToken === undefined
        ? (mailbox?.sms ?? nobody('sms'))
        : await twilioSender({ accountSid, authToken, from: await secrets.get('twilio-from') }),
  };
}

function nobody(channel: string): MessageSender {
  return { provider: 'none', send: () => Promise.resolve({ result: 'not_now', reason: `no provider for ${channel} is configured` }) };
}
