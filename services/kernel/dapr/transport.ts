import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { Pool } from 'undici';
import type { Dispatcher } from 'undici';
import { currentContext, formatTraceparent } from '../telemetry/context.ts';
import { SidecarError, SidecarUnavailable } from './errors.ts';

export interface TransportRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS';
  readonly path: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string | Buffer | Readable | null;
  readonly timeoutMs: number;
}

export interface TransportAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Keep-alive connections to the service's own sidecar. Every call has a time-out, and carries the trace and the request's id. */
export class Transport {
  readonly #pool: Pool;
  readonly #token: string;

  constructor(port: number, token: string) {
    // No pipelining: a slow answer must not hold up another. As many connections as work may be under way.
    this.#pool = new Pool(`http://127.0.0.1:${String(port)}`, {
      connections: 128,
      pipelining: 1,
      keepAliveTimeout: 30_000,
      connectTimeout: 2000,
    });
    this.#token = token;
  }

  /** Sends a request and reads all of the answer. Throws SidecarUnavailable when there is none in time. */
  async send(request: TransportRequest): Promise<TransportAnswer> {
    const { statusCode, headers, body } = await this.#dispatch(request);
    try {
      return { status: statusCode, headers, text: await body.text() };
    } catch (error) {
      throw new SidecarUnavailable(`The answer to ${request.method} ${withoutQuery(request.path)} broke off`, { cause: error });
    }
  }

  /** Sends a request and answers as soon as headers are there, with the body as a stream. */
  async stream(request: TransportRequest): Promise<{ status: number; headers: IncomingHttpHeaders; body: Readable }> {
    const { statusCode, headers, body } = await this.#dispatch(request);
    return { status: statusCode, headers, body };
  }

  async #dispatch({ method, path, headers, body, timeoutMs }: TransportRequest): Promise<Dispatcher.ResponseData> {
    const context = currentContext();
    try {
      return await this.#pool.request({
        method,
        path,
        headers: {
          'dapr-api-token': this.#token,
          ...(context === undefined ? {} : { traceparent: formatTraceparent(context.trace), 'x-request-id': context.requestId }),
          ...headers,
        },
        body: body ?? null,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      });
    } catch (error) {
      throw new SidecarUnavailable(`No answer to ${method} ${withoutQuery(path)} within ${String(timeoutMs)} ms`, { cause: error });
    }
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }
}

/** The sidecar's own error, from its body `{errorCode, message}`. */
export function sidecarError(what: string, { status, text }: TransportAnswer): SidecarError {
  let code = 'unknown';
  let message = text.slice(0, 300);
  try {
    const body = JSON.parse(text) as { errorCode?: string; message?: string };
    code = body.errorCode ?? code;
    message = body.message?.slice(0, 300) ?? message;
  } catch {
    // not JSON: the text itself is the message
  }
  return new SidecarError(`${what}: ${String(status)} ${message}`, status, code);
}

function withoutQuery(path: string): string {
  return path.split('?', 1)[0] ?? path;
}
