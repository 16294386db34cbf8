import type { MessageSender } from '../ports.ts';
import { resultOfFailure } from './http-failure.ts';

export interface SendGridOptions {
  readonly apiKey: string;
  /** A sender that the account has verified. */
  readonly from: string;
  /** Another address of the API; for tests. */
  readonly baseUrl?: string;
  readonly timeoutMs?: number;
  /** Where its webhook is set up: within which time it tells. */
  readonly tellsWithinMs?: number;
}

/** What the package's types do not show of its client. */
interface HttpClient {
  setDefaultRequest(options: Readonly<Record<string, unknown>>): void;
}

/** E-mail by SendGrid's v3 API. Our message's id goes along as a custom argument, which its webhooks give back. */
export async function sendGrid({ apiKey, from, baseUrl, timeoutMs = 10_000, tellsWithinMs }: SendGridOptions): Promise<MessageSender> {
  const { default: shared } = await import('@sendgrid/mail');
  // The package's one instance is for programs with one key; its class is reached through it.
  const mail = new (shared.constructor as new () => typeof shared & { readonly client: HttpClient })();
  mail.setApiKey(apiKey);
  // A redirect would hand key and recipient to another host.
  mail.client.setDefaultRequest({ timeout: timeoutMs, maxRedirects: 0, ...(baseUrl === undefined ? {} : { baseUrl }) });
  return {
    provider: 'sendgrid',
    ...(tellsWithinMs === undefined ? {} : { tellsWithinMs }),
    async send({ id, to, subject, html, text, headers }) {
      try {
        const [answer] = await mail.send({
          to,
          from,
          subject,
          text,
          ...(html === null ? {} : { html }),
          headers: { ...headers },
          customArgs: { messageId: id },
          trackingSettings: { clickTracking: { enable: false }, openTracking: { enable: false } },
        });
        const providerMessageId = (answer.headers as Record<string, unknown>)['x-message-id'];
        return { result: 'sent', providerMessageId: typeof providerMessageId === 'string' ? providerMessageId : null };
      } catch (error) {
        return resultOfFailure('sendgrid', error);
      }
    },
  };
}
