import { createPublicKey, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { parseJson } from '@cartwright/kernel/http/body';
import { badRequest } from '@cartwright/kernel/http/problem';
import { validate } from 'uuid';
import { sendGridNews } from '../domain/provider-news.ts';
import type { ProviderNews, ReadNews } from '../delivery-ports.ts';
import { requireFresh } from './webhook-time.ts';

const signatureHeader = 'x-twilio-email-event-webhook-signature';
const timeHeader = 'x-twilio-email-event-webhook-timestamp';

/**
 * Reads SendGrid's signed event webhook: an ECDSA signature over time and body, by the public key that SendGrid shows for it (base64 of DER).
 * Throws where the key is none; the reader throws 400 for what SendGrid has not signed, or signed long ago.
 */
export function sendGridWebhook(publicKey: string, now: () => number = Date.now): ReadNews {
  const key = keyOf(publicKey);
  return ({ headers, body }) => {
    const [signature, time] = [headers[signatureHeader], headers[timeHeader]];
    if (typeof signature !== 'string') throw missing(signatureHeader);
    if (typeof time !== 'string') throw missing(timeHeader);
    if (!verify('sha256', Buffer.concat([Buffer.from(time), body]), key, Buffer.from(signature, 'base64')))
      throw badRequest('The signature is not SendGrid’s', [
        { field: signatureHeader, rule: 'signature', message: 'does not fit the body' },
      ]);
    requireFresh(timeHeader, Number(time), now());
    const events = parseJson(body);
    return Array.isArray(events) ? events.flatMap((event: unknown) => newsOf(event) ?? []) : [];
  };
}

function keyOf(publicKey: string): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
  } catch (cause) {
    throw new Error('sendgrid-webhook-key is no public key in base64', { cause });
  }
}

/** What an event says of one of our messages. Others, as those of a test button, are passed over. */
function newsOf(value: unknown): ProviderNews | undefined {
  const { event, type, messageId, sg_event_id: eventId, email } = (value ?? {}) as Record<string, unknown>;
  if (typeof event !== 'string' || typeof eventId !== 'string' || typeof messageId !== 'string' || !validate(messageId)) return undefined;
  const kind = sendGridNews(event, typeof type === 'string' ? type : undefined);
  if (kind === undefined) return undefined;
  return { provider: 'sendgrid', eventId, messageId: messageId.toLowerCase(), kind, address: typeof email === 'string' ? email : null };
}

function missing(field: string) {
  return badRequest(`${field} is missing`, [{ field, rule: 'required', message: 'is required' }]);
}
