import { expect } from 'chai';
import { createLogger } from '../../telemetry/logger.ts';
import { describeError, withoutSecrets, withoutSecretsInText } from '../../telemetry/redaction.ts';

describe('What is logged', () => {
  it('has no secret at any depth, however its field is written', () => {
    const clean = JSON.stringify(
      withoutSecrets({
        headers: {
          Authorization: 'SECRET',
          'set-cookie': ['SECRET'],
          'dapr-api-token': 'SECRET',
          'Order-Key': 'SECRET',
          accept: 'text/html',
        },
        list: [{ a: { b: { refresh_token: 'SECRET', access_key: 'SECRET' } } }],
        shippingAddress: { line1: 'SECRET' },
      }),
    );
    expect(clean).not.to.include('SECRET');
    expect(clean).to.include('text/html');
  });

  it('has no text that has the form of an address, a token, a key or a password', () => {
    const token = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
    const texts = [
      `sent to ada@example.test`,
      `Bearer ${token}`,
      'key sk_test_abcdefgh1234',
      'call +4915112345678',
      'redis://:hunter22@host:6379',
    ];
    const clean = texts.map(withoutSecretsInText).join('\n');
    for (const secret of ['ada@', token, 'abcdefgh1234', '4915112345678', 'hunter22']) expect(clean, secret).not.to.include(secret);
    expect(clean).to.include('host:6379');
    expect(withoutSecretsInText('order 42 is confirmed')).to.equal('order 42 is confirmed');
  });

  it('ends where values are deep, circular or long', () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    expect(JSON.stringify(withoutSecrets({ circular, bytes: Buffer.alloc(9), list: Array(1000).fill(1) }))).to.have.length.below(1000);
  });

  it('keeps an error readable: its causes, codes and where it was thrown', () => {
    const error = new Error('outer', { cause: Object.assign(new Error('inner of ada@example.test'), { code: '23505', detail: 'row' }) });
    const described = describeError(error);
    expect(described).to.include({ type: 'Error', message: 'outer' });
    expect(described.stack).to.match(/^\s+at /);
    expect(described.cause).to.include({ code: '23505', message: 'inner of [removed]' });
    expect(JSON.stringify(described)).not.to.include('row');
    expect(describeError('text')).to.deep.equal({ type: 'string', message: 'what was thrown is no error' });
  });

  it('is cleaned by the log itself, in messages, fields and bare errors', () => {
    const lines: string[] = [];
    const log = createLogger('orders', 'info', { write: (line) => lines.push(line) });
    log.info('mail to ada@example.test');
    log.info({ note: 'mail to ada@example.test' }, 'sent to %s', 'ada@example.test');
    log.error(new Error('for ada@example.test'));
    expect(lines).to.have.length(3);
    expect(lines.join('')).not.to.include('ada@');
  });
});
