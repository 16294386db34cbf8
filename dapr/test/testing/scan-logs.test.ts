import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { scanLogs } from '../../testing/scan-logs.ts';

describe('The scan of logs', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'scan-'));
    mkdirSync(join(folder, 'logs'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const scan = async (...lines: string[]) => {
    writeFileSync(join(folder, 'logs/orders.log'), `nothing here\n${lines.join('\n')}\n`);
    return scanLogs(folder);
  };

  const id = '0193a6f0-0000-7000-8000-000000000001';
  const key = 'k'.repeat(43);
  const held: [string, string][] = [
    ['a password', `{"body":{"password":"demo-Passw0rd!"}}`],
    ['a name', `"name":"Grace Example"`],
    ['an address', `DETAIL: (line1)=(1 Main Street)`],
    ['an e-mail address', `Key (email)=(ada-17@customers.test) already exists.`],
    ['a phone number', `to +4915112345678 went nothing`],
    ['an access token', `authorization: Bearer eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2ln`],
    ['a refresh token', `refresh ${id}.${key}.${key}`],
    ['a key to an order', `cookie: order-key=${key}`],
    ['a means of payment', `"token":"tok_ok"`],
    ['a card number', `charge 4242424242424242 now`],
  ];
  for (const [what, line] of held) {
    it(`finds ${what}, and does not say it again`, async () => {
      const [leak, ...others] = await scan(line);
      expect(leak).to.deep.include({ file: 'orders.log', line: 2, what });
      expect(leak?.text).to.include('▒▒▒');
      expect(line).not.to.equal(leak?.text);
      expect(others).to.deep.equal([]);
    });
  }

  it('finds the secrets of the instance itself', async () => {
    writeFileSync(
      join(folder, 'credentials.json'),
      JSON.stringify({ postgres: { orders: 'the+secret' }, tokens: { auth: { app: 'another-one' } } }),
    );
    expect(await scan('postgres://orders:the+secret@127.0.0.1/orders', 'dapr-api-token: another-one')).to.have.length(2);
  });

  it('takes no id, time, number of an order or template for something else', async () => {
    const lines = [
      `{"level":"info","time":"2026-01-01T00:00:00.000Z","traceId":"4bf92f3577b34da6a3ce929d0e0e4736","route":"/api/orders/:id","status":200}`,
      `offset 1764108000000 at 1764108000000000000, order CW-4242424242, id ${id}`,
      `4242424242424241 is no card's number; neither is 0.4242424242424242`,
      `${id}.retry`,
      `{"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"4242424242424242","parentSpanId":"4242424242424242"}`,
    ];
    expect(await scan(...lines)).to.deep.equal([]);
  });

  it('tells the first lines of a file that says the same again and again', async () => {
    expect(await scan(...Array<string>(50).fill('tok_ok'))).to.have.length(5);
  });

  it('finds nothing where there are no logs', async () => {
    rmSync(join(folder, 'logs'), { recursive: true });
    expect(await scanLogs(folder)).to.deep.equal([]);
  });
});
