import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { recordedSpans } from '../../telemetry/spans.ts';

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly status: { readonly code?: number };
}
interface Export {
  readonly resourceSpans: { readonly scopeSpans: { readonly spans: Span[] }[] }[];
}

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const parent = '00f067aa0ba902b7';

describe('Recorded spans', () => {
  let collector: Server;
  let endpoint: string;
  let spans: Span[];
  before(async () => {
    collector = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { resourceSpans } = JSON.parse(Buffer.concat(chunks).toString()) as Export;
        spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
        response.setHeader('content-type', 'application/json');
        response.end('{}');
      });
    });
    await new Promise<void>((done) => collector.listen(0, '127.0.0.1', done));
    endpoint = `http://127.0.0.1:${String((collector.address() as AddressInfo).port)}`;
  });
  beforeEach(() => {
    spans = [];
  });
  after(() => {
    collector.closeAllConnections();
    collector.close();
  });

  it('of a sampled trace reach the collector, below the span that they came from', async () => {
    const recorder = await recordedSpans('orders', endpoint, 0);
    const open = recorder.open('GET', `00-${traceId}-${parent}-01`, 'vendor=1');
    expect(open.trace).to.include({ traceId, sampled: true, state: 'vendor=1' });
    open.end('GET /api/orders/:id', 503);
    await recorder.close();
    expect(spans).to.have.length(1);
    expect(spans[0]).to.include({ name: 'GET /api/orders/:id', traceId, spanId: open.trace.spanId, parentSpanId: parent });
    expect(spans[0]?.status.code).to.equal(2);
  });

  it('of a trace that is not sampled cost nothing and go nowhere', async () => {
    const recorder = await recordedSpans('orders', endpoint, 0);
    const passed = recorder.open('GET', `00-${traceId}-${parent}-00`);
    passed.end('GET /', 200);
    recorder.open('GET', undefined).end('GET /', 200);
    await recorder.close();
    expect(passed.trace).to.deep.equal({ traceId, spanId: parent, sampled: false });
    expect(spans).to.be.empty;
  });

  it('begin a trace where the share says so', async () => {
    const recorder = await recordedSpans('orders', endpoint, 1);
    const open = recorder.open('GET', undefined);
    open.end('GET /healthz', 200);
    await recorder.close();
    expect(spans.map((span) => span.traceId)).to.deep.equal([open.trace.traceId]);
    expect(open.trace.sampled).to.equal(true);
  });
});
