import { appendFileSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { buffer } from 'node:stream/consumers';

export interface SpanCollector {
  /** What makes services and sidecars send their spans here. */
  readonly environment: Readonly<Record<string, string>>;
  /** Times that somebody has sent some. */
  readonly exports: () => number;
  close(): Promise<void>;
}

/**
 * Takes the spans that services (OTLP in JSON) and sidecars (OTLP in Protobuf) send over HTTP, and writes the texts in them to a file. Where that is
 * among the logs, the scan looks through spans as it does through logs.
 */
export async function collectSpans(file: string): Promise<SpanCollector> {
  let exports = 0;
  async function take(request: IncomingMessage): Promise<number> {
    const body = await buffer(request);
    // Nobody compresses unless told; what cannot be read shall not pass for something without leaks.
    if (request.headers['content-encoding'] !== undefined) return 415;
    exports += 1;
    mkdirSync(dirname(file), { recursive: true });
    appendFileSync(file, textsIn(body), { mode: 0o600 });
    return 200;
  }
  const server = createServer((request, response) => {
    void take(request)
      .catch(() => 400) // it broke off
      .then((status) => response.writeHead(status).end());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  server.unref();
  const endpoint = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    environment: {
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_EXPORTER_OTLP_INSECURE: 'true',
    },
    exports: () => exports,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

const shortest = 4;

/** Protobuf holds texts as they are, between bytes that are none: each text becomes a line. JSON is a line by itself. */
function textsIn(body: Buffer): string {
  const texts = body.toString('utf8').split(/[\p{Cc}\uFFFD]+/u);
  return texts.flatMap((text) => (text.length < shortest ? [] : `${text}\n`)).join('');
}
