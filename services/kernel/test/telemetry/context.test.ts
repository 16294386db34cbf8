import { expect } from 'chai';
import { currentTraceparent, formatTraceparent, inContext, newTrace, parseTraceparent } from '../../telemetry/context.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { unrecordedSpans } from '../../telemetry/spans.ts';

const header = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('The trace context', () => {
  it('is read and written as W3C says', () => {
    const trace = parseTraceparent(header);
    expect(trace).to.deep.equal({ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', sampled: true });
    expect(formatTraceparent(trace!)).to.equal(header);
  });

  it('is not taken from a header that is none', () => {
    for (const wrong of ['', 'x', header.slice(1), '00-00000000000000000000000000000000-00f067aa0ba902b7-01', undefined])
      expect(parseTraceparent(wrong)).to.equal(undefined);
  });

  it('goes on as it came where nothing is recorded, so that no span has a parent that nobody knows', () => {
    const { trace } = unrecordedSpans().open('x', header, 'vendor=1');
    expect(trace).to.deep.equal({ ...parseTraceparent(header), state: 'vendor=1' });
  });

  it('begins where none came along, and never twice the same', () => {
    expect(parseTraceparent(formatTraceparent(newTrace()))).to.include({ sampled: false });
    expect(new Set(Array.from({ length: 1000 }, () => newTrace().traceId)).size).to.equal(1000);
  });

  it('is read from later versions too, which may say more', () => {
    expect(parseTraceparent(`${header.replace('00-', 'cc-')}-more`)?.traceId).to.equal('4bf92f3577b34da6a3ce929d0e0e4736');
    expect(parseTraceparent(`${header}-more`)).to.equal(undefined);
    expect(parseTraceparent(header.replace('00-', 'ff-'))).to.equal(undefined);
  });

  it('is what calls inside of a request carry, and is gone outside', () => {
    const { trace } = unrecordedSpans().open('x', header);
    expect(inContext({ requestId: 'r', trace }, currentTraceparent)).to.equal(formatTraceparent(trace));
    expect(currentTraceparent()).to.equal(undefined);
  });
});

describe('The log', () => {
  const lines: string[] = [];
  const log = createLogger('orders', 'info', { write: (line) => lines.push(line) });
  const last = (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown>;

  it('carries the trace and the request', () => {
    inContext({ requestId: 'r1', trace: parseTraceparent(header)! }, () => {
      log.info('hello');
    });
    expect(last()).to.include({ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', requestId: 'r1', service: 'orders', level: 'info' });
  });

  it('holds no secret and no personal data, by the names of fields', () => {
    log.info({ token: 'SECRET', body: { password: 'SECRET', email: 'SECRET', shippingAddress: { line1: 'SECRET' } } }, 'x');
    expect(lines.at(-1)).not.to.include('SECRET');
  });

  it('shows an error with its causes, without the statement and the row that a database names', () => {
    const cause = Object.assign(new Error("insert into users values ('ada@example.test') - duplicate key"), {
      code: '23505',
      detail: 'Key (email)=(ada@example.test)',
    });
    log.error({ error: new Error('outer', { cause }) }, 'x');
    expect(lines.at(-1)).to.include('duplicate key').and.include('23505').and.not.include('ada@');
  });
});
