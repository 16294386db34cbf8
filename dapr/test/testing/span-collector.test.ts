import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { recordedSpans } from '@cartwright/kernel/telemetry/spans';
import { scanLogs } from '../../testing/scan-logs.ts';
import { collectSpans } from '../../testing/span-collector.ts';
import type { SpanCollector } from '../../testing/span-collector.ts';

describe('The collector of spans in tests', () => {
  let folder: string;
  let collector: SpanCollector;
  let endpoint: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'spans-'));
    collector = await collectSpans(join(folder, 'logs/spans.log'));
    endpoint = collector.environment['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '';
  });
  afterEach(async () => {
    await collector.close();
    rmSync(folder, { recursive: true });
  });

  it('lets the scan of logs find what a service’s span holds', async () => {
    const spans = await recordedSpans('orders', endpoint, 1);
    spans.open('GET', undefined).end('GET /api/orders?email=ada@customers.test', 200);
    await spans.close();
    expect(await scanLogs(folder))
      .to.have.lengthOf(1)
      .and.to.have.nested.property('0.what', 'an e-mail address');
    expect(collector.exports()).to.equal(1);
  });

  it('finds it in a sidecar’s too, whose texts stand between other bytes', async () => {
    const text = '/v1.0/invoke/orders/method/api/x?to=ada@customers.test';
    const body = Buffer.concat([Buffer.from([0x0a, text.length]), Buffer.from(text), Buffer.from([0x12, 0x10, 0xff, 0x00, 0x80])]);
    await fetch(`${endpoint}/v1/traces`, { method: 'POST', body, headers: { 'content-type': 'application/x-protobuf' } });
    expect(readFileSync(join(folder, 'logs/spans.log'), 'utf8')).to.contain(`${text}\n`);
    expect(await scanLogs(folder)).to.have.nested.property('0.file', 'spans.log');
  });

  it('takes nothing that it cannot read', async () => {
    const headers = { 'content-encoding': 'gzip' };
    expect((await fetch(`${endpoint}/v1/traces`, { method: 'POST', body: 'x', headers })).status).to.equal(415);
    expect(collector.exports()).to.equal(0);
  });
});
