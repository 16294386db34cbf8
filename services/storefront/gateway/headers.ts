import type { IncomingHttpHeaders } from 'node:http';

/** What goes in. All else stays out, `dapr-*` and `x-forwarded-*` above all: services believe these. */
const inwards = [
  'accept',
  'accept-language',
  'authorization',
  'content-length',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-none-match',
  'last-event-id',
  'order-key',
  'stripe-signature',
  'user-agent',
  'x-twilio-email-event-webhook-signature',
  'x-twilio-email-event-webhook-timestamp',
  'x-twilio-signature',
] as const;

const outwards = [
  'allow',
  'cache-control',
  'content-disposition',
  'content-length',
  'content-type',
  'etag',
  'idempotent-replay',
  'location',
  'retry-after',
  'www-authenticate',
  'x-accel-buffering',
] as const;

/** The one cookie of ours: a guest's key to an order, which orders sets and reads. */
const orderKeyCookie = /(?:^|;\s*)(order-key=[\w.-]{1,500})(?:;|$)/;

export function requestHeaders(headers: IncomingHttpHeaders, clientAddress: string): Record<string, string> {
  const [, cookie] = orderKeyCookie.exec(headers.cookie ?? '') ?? [];
  return { ...pick(headers, inwards), ...(cookie === undefined ? {} : { cookie }), 'x-forwarded-for': clientAddress };
}

export function responseHeaders(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const cookies = headers['set-cookie'];
  return { ...pick(headers, outwards), ...(cookies === undefined ? {} : { 'set-cookie': cookies }) };
}

function pick(headers: IncomingHttpHeaders, names: readonly string[]): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const name of names) {
    const value = headers[name];
    if (typeof value === 'string') picked[name] = value;
  }
  return picked;
}

/** For every answer: nothing is framed, sniffed or fetched from elsewhere. Pictures of products may lie on other hosts. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' data: https:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};
