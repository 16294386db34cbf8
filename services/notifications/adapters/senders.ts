import type { SecretStore } from '@cartwright/kernel/dapr/sdk';
import type { NewsReaders } from '../delivery-ports.ts';
import type { MessageSender, Senders } from '../ports.ts';
import { sendGridWebhook } from './sendgrid-webhook.ts';
import { sendGrid } from './sendgrid.ts';
import { twilioCallback, twilioWebhook } from './twilio-webhook.ts';
import { twilioSender } from './twilio.ts';

export interface SenderOptions {
  /** Where the shop is; Twilio reaches it where it has HTTPS. */
  readonly shopUrl: string;
  /** Takes what has no provider. */
  readonly mailbox: Senders | undefined;
}

/** Within this time providers have told of what they were given. */
const tellsWithinMs = 120_000;

/**
 * Chooses the providers whose keys are in the secret store. Without keys the mailbox stands in on a local machine; elsewhere messages
 * of that channel wait, and are sent once there is a key.
 */
export async function chooseSenders(secrets: SecretStore, { shopUrl, mailbox }: SenderOptions): Promise<Senders> {
  const [sendGridKey, webhookKey, accountSid, authToken] = await Promise.all([
    secrets.find('sendgrid-api-key'),
    secrets.find('sendgrid-webhook-key'),
    secrets.find('twilio-account-sid'),
    secrets.find('twilio-auth-token'),
  ]);
  return {
    email:
      sendGridKey === undefined
        ? (mailbox?.email ?? nobody('email'))
        : await sendGrid({
            apiKey: sendGridKey,
            from: await secrets.get('sendgrid-from'),
            ...(webhookKey === undefined ? {} : { tellsWithinMs }),
          }),
    sms:
      accountSid === undefined || authToken === undefined
        ? (mailbox?.sms ?? nobody('sms'))
        : await twilioSender({
            accountSid,
            authToken,
            from: await secrets.get('twilio-from'),
            ...(shopUrl.startsWith('https:') ? { tellsWithinMs, callback: (id: string) => twilioCallback(shopUrl, id) } : {}),
          }),
  };
}

/** What reads the webhooks of the providers whose keys are in the secret store. */
export async function chooseNewsReaders(secrets: Pick<SecretStore, 'find'>, shopUrl: string): Promise<NewsReaders> {
  const [webhookKey, authToken] = await Promise.all([secrets.find('sendgrid-webhook-key'), secrets.find('twilio-auth-token')]);
  return {
    sendgrid: webhookKey === undefined ? undefined : sendGridWebhook(webhookKey),
    twilio: authToken === undefined ? undefined : await twilioWebhook(authToken, shopUrl),
  };
}

function nobody(channel: string): MessageSender {
  return { provider: 'none', send: () => Promise.resolve({ result: 'not_now', reason: `no provider for ${channel} is configured` }) };
}
