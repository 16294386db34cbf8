import type { MessageSender } from '../ports.ts';
import { resultOfFailure } from './http-failure.ts';

export interface TwilioOptions {
  readonly accountSid: string;
  readonly authToken: string;
  /** A phone number of the account, in E.164. */
  readonly from: string;
  /** Another address of the API; for tests. */
  readonly baseUrl?: string;
  readonly timeoutMs?: number;
  /** Where it shall tell what became of a text; and within which time it does. */
  readonly callback?: (messageId: string) => string;
  readonly tellsWithinMs?: number;
}

/** Texts by Twilio's Messages API. */
export async function twilioSender(options: TwilioOptions): Promise<MessageSender> {
  const { accountSid, authToken, from, baseUrl, timeoutMs = 10_000, callback, tellsWithinMs } = options;
  const { default: twilio } = await import('twilio');
  const http = new twilio.RequestClient({ timeout: timeoutMs, keepAlive: true });
  // A redirect would hand key and recipient to another host.
  http.axios.defaults.maxRedirects = 0;
  if (baseUrl !== undefined) {
    http.axios.interceptors.request.use((request) => {
      const { pathname, search } = new URL(request.url ?? '');
      return { ...request, url: `${baseUrl}${pathname}${search}` };
    });
  }
  const client = twilio(accountSid, authToken, { httpClient: http });
  return {
    provider: 'twilio',
    ...(tellsWithinMs === undefined ? {} : { tellsWithinMs }),
    async send({ id, to, text }) {
      try {
        const { sid } = await client.messages.create({
          to,
          from,
          body: text,
          ...(callback === undefined ? {} : { statusCallback: callback(id) }),
        });
        return { result: 'sent', providerMessageId: sid };
      } catch (error) {
        return resultOfFailure('twilio', error);
      }
    },
  };
}
