import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import getRawBody from 'raw-body';
import { Problem, badRequest } from './problem.ts';

/** Reads a body up to `limit` bytes. Throws 413 when it is larger, 400 when it breaks off. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  try {
    return await getRawBody(request, { limit, length: request.headers['content-length'] ?? null });
  } catch (error) {
    const { type } = error as { type?: string };
    if (type === 'entity.too.large') throw tooLarge(limit);
    throw badRequest('The body broke off', [], { cause: error });
  }
}

/**
 * Reads a JSON body. Throws 415 for another media type or encoding, 400 for what is no JSON. An absent body is undefined, also one that a
 * sidecar has passed on in no chunks: it has no media type that could be wrong.
 */
export async function readJson(request: IncomingMessage, limit: number): Promise<unknown> {
  const { 'content-length': length, 'transfer-encoding': chunked } = request.headers;
  if ((length === undefined && chunked === undefined) || length === '0') return undefined;
  const raw = await readBody(request, limit);
  if (raw.length === 0) return undefined;
  refuseOtherMedia(request.headers);
  return parseJson(raw);
}

// A byte that is no UTF-8 is an error. To replace it would be to store something else than what was sent.
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Throws 400 for what is no JSON in UTF-8. */
export function parseJson(raw: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(raw)) as unknown;
  } catch (error) {
    throw badRequest('The body is not valid JSON', [{ field: '/', rule: 'json', message: 'is not valid JSON' }], { cause: error });
  }
}

const jsonMedia = /^application\/(?:json|[\w.+-]+\+json)\s*(?:;\s*charset="?utf-8"?\s*)?;?$/i;

function refuseOtherMedia(headers: IncomingHttpHeaders): void {
  if (!jsonMedia.test(headers['content-type'] ?? '')) throw unsupported('content-type', 'mediaType', 'must be application/json in UTF-8');
  refuseEncoded(headers);
}

/** Throws 415 for a body that is compressed: nothing here unpacks one, and what comes out of it could be of any size. */
export function refuseEncoded({ 'content-encoding': encoding = 'identity' }: IncomingHttpHeaders): void {
  if (encoding.toLowerCase() !== 'identity')
    throw unsupported('content-encoding', 'encoding', 'must be left out: bodies are not compressed');
}

function unsupported(field: string, rule: string, message: string): Problem {
  const detail = `${field} ${message}`;
  return new Problem({
    status: 415,
    code: 'unsupported_media_type',
    title: 'Unsupported media type',
    detail,
    errors: [{ field, rule, message }],
  });
}

function tooLarge(limit: number): Problem {
  const most = String(limit);
  return new Problem({
    status: 413,
    code: 'too_large',
    title: 'Content too large',
    detail: `The body may have at most ${most} bytes`,
    errors: [{ field: '/', rule: 'maxBytes', message: `must not have more than ${most} bytes` }],
  });
}
