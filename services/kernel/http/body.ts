import type { IncomingMessage } from 'node:http';
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

/** Reads a JSON body. Throws 415 for another media type, 400 for what is no JSON. An absent body is undefined. */
export async function readJson(request: IncomingMessage, limit: number): Promise<unknown> {
  const { 'content-type': contentType, 'content-length': length, 'transfer-encoding': chunked } = request.headers;
  if ((length === undefined && chunked === undefined) || length === '0') return undefined;
  if (!/^application\/(json|[\w.+-]+\+json)\s*(;|$)/i.test(contentType ?? '')) {
    request.resume();
    throw new Problem({
      status: 415,
      code: 'unsupported_media_type',
      title: 'Unsupported media type',
      detail: 'The body has to be application/json',
      errors: [{ field: 'content-type', rule: 'mediaType', message: 'must be application/json' }],
    });
  }
  const raw = await readBody(request, limit);
  try {
    return JSON.parse(raw.toString('utf8')) as unknown;
  } catch (error) {
    const message = 'is not valid JSON';
    throw badRequest('The body is not valid JSON', [{ field: '/', rule: 'json', message }], { cause: error });
  }
}

function tooLarge(limit: number): Problem {
  return new Problem({
    status: 413,
    code: 'too_large',
    title: 'Content too large',
    detail: `The body may have at most ${String(limit)} bytes`,
    errors: [{ field: '/', rule: 'maxBytes', message: `must not have more than ${String(limit)} bytes` }],
  });
}
