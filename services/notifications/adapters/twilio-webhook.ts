import { badRequest } from '@cartwright/kernel/http/problem';
import { validate } from 'uuid';
import { twilioNews } from '../domain/provider-news.ts';
import type { ReadNews } from '../delivery-ports.ts';
import { requireFresh } from './webhook-time.ts';

const signatureHeader = 'x-twilio-signature';
export const twilioCallbackPath = '/api/notifications/webhooks/twilio';
/** Twilio tries to deliver a text for hours. */
const longestMs = 3 * 24 * 3_600_000;

/** Where Twilio tells of a text. Its signature covers the address, and so our message and the time. */
export function twilioCallback(shopUrl: string, messageId: string, now: () => number = Date.now): string {
  return `${shopUrl}${twilioCallbackPath}?message=${messageId}&sent=${String(Math.floor(now() / 1000))}`;
}

/** Reads Twilio's status callbacks. Throws 400 for what Twilio has not signed, or what is about a text of long ago. */
export async function twilioWebhook(authToken: string, shopUrl: string, now: () => number = Date.now): Promise<ReadNews> {
  const { default: twilio } = await import('twilio');
  return ({ headers, body, url }) => {
    const signature = headers[signatureHeader];
    if (typeof signature !== 'string')
      throw badRequest(`${signatureHeader} is missing`, [{ field: signatureHeader, rule: 'required', message: 'is required' }]);
    const params = Object.fromEntries(new URLSearchParams(body.toString('utf8')));
    if (!twilio.validateRequest(authToken, signature, `${shopUrl}${url}`, params))
      throw badRequest('The signature is not Twilio’s', [{ field: signatureHeader, rule: 'signature', message: 'does not fit' }]);
    const query = new URL(url, 'http://shop').searchParams;
    const [messageId, sent] = [query.get('message') ?? '', query.get('sent')];
    requireFresh('sent', Number(sent ?? Number.NaN), now(), longestMs);
    const { MessageSid: sid, MessageStatus: status = '', ErrorCode: errorCode, To: address = null } = params;
    const kind = twilioNews(status, errorCode);
    if (kind === undefined || sid === undefined || !validate(messageId)) return [];
    return [{ provider: 'twilio', eventId: `${sid}:${status}`, messageId, kind, address }];
  };
}
