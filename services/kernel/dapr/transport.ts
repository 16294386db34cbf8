import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import type { Dispatcher } from 'undici';
import { currentContext, formatTraceparent } from '../telemetry/context.ts';
import type { WorkContext } from '../telemetry/context.ts';
import { SidecarError, SidecarUnavailable } from './errors.ts';

export interface TransportRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS';
  readonly path: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string | Buffer | Readable | null;
  readonly timeoutMs: number;
  /** Most time between two pieces of a streamed answer; as `timeoutMs` unless told, 0 for no end, as event streams need. */
  readonly idleTimeoutMs?: number;
  /** Ends the call, such as when the client that it is made for has gone. */
  readonly signal?: AbortSignal;
}

export interface TransportAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Keep-alive connections to the service's own sidecar. Every call has a time-out, and carries the trace and the request's id. */
export class Transport {
  readonly #calls: Pool;
  readonly #streams: Pool;
  readonly #token: string;

  constructor(port: number, token: string) {
    // No pipelining: a slow answer must not hold up another. As many connections as work may be under way. Streams have connections of
    // their own: answers that stay open for hours leave none for calls else.
    const options = { pipelining: 1, keepAliveTimeout: 30_000, connectTimeout: 2000 } as const;
    this.#calls = new Pool(`http://127.0.0.1:${String(port)}`, { ...options, connections: 128 });
    this.#streams = new Pool(`http://127.0.0.1:${String(port)}`, { ...options, connections: 2048 });
    this.#token = token;
  }

  /** Sends a request and reads all of the answer. Throws SidecarUnavailable when there is none in time. */
  async send(request: TransportRequest): Promise<TransportAnswer> {
    const { statusCode, headers, body } = await this.#dispatch(this.#calls, request);
    try {
      return { status: statusCode, headers, text: await body.text() };
    } catch (error) {
      throw new SidecarUnavailable(`The answer to ${request.method} ${withoutQuery(request.path)} broke off`, { cause: error });
    }
  }

  /** Sends a request and answers as soon as headers are there, with the body as a stream. */
  async stream(request: TransportRequest): Promise<{ status: number; headers: IncomingHttpHeaders; body: Readable }> {
    const { statusCode, headers, body } = await this.#dispatch(this.#streams, request);
    return { status: statusCode, headers, body };
  }

  async #dispatch(
    pool: Pool,
    { method, path, headers, body, timeoutMs, idleTimeoutMs = timeoutMs, signal }: TransportRequest,
  ): Promise<Dispatcher.ResponseData> {
    const context = currentContext();
    try {
      return await pool.request({
        method,
        path,
        headers: {
          'dapr-api-token': this.#token,
          ...(context === undefined ? {} : contextHeaders(context)),
          ...headers,
        },
        body: body ?? null,
        headersTimeout: timeoutMs,
        bodyTimeout: idleTimeoutMs,
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      throw new SidecarUnavailable(`No answer to ${method} ${withoutQuery(path)} within ${String(timeoutMs)} ms`, { cause: error });
    }
  }

  async close(): Promise<void> {
    // Answers that are under way get a moment; streams that are still open then are ended.
    await Promise.race([Promise.all([this.#calls.close(), this.#streams.close()]), delay(1000, undefined, { ref: false })]);
    await Promise.all([this.#calls.destroy(), this.#streams.destroy()]);
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

function contextHeaders({ trace, requestId }: WorkContext): Record<string, string> {
  return {
    traceparent: formatTraceparent(trace),
    ...(trace.state === undefined ? {} : { tracestate: trace.state }),
    'x-request-id': requestId,
  };
}

function withoutQuery(path: string): string {
  return path.split('?', 1)[0] ?? path;
}
