import { expect } from 'chai';
import type { Context } from 'koa';
import { clientAddress, readProxies } from '../../routes/client-address.ts';

const appToken = 'the-app-token';
const callOf = (peer: string, headers: Record<string, string>): Context =>
  ({ headers, req: { socket: { remoteAddress: peer } }, get: (name: string) => headers[name] ?? '' }) as unknown as Context;

describe('A customer’s network address', () => {
  const trust = { appToken, proxies: readProxies('10.1.0.0/16, fd00::/8') };
  const forwarded = { 'x-forwarded-for': '6.6.6.6, 1.2.3.4' };
  const cases: [string, Context, string][] = [
    ['is the peer’s', callOf('1.1.1.1', {}), '1.1.1.1'],
    ['is the peer’s where the peer invents another', callOf('1.1.1.1', forwarded), '1.1.1.1'],
    ['is what a trusted proxy saw', callOf('::ffff:10.1.2.3', forwarded), '1.2.3.4'],
    ['is what a trusted proxy saw, over IPv6', callOf('fd00::1', forwarded), '1.2.3.4'],
    [
      'is what the gateway saw',
      callOf('127.0.0.1', { ...forwarded, 'dapr-caller-app-id': 'storefront', 'dapr-api-token': appToken }),
      '1.2.3.4',
    ],
    [
      'is not what somebody says who only claims to be the gateway',
      callOf('1.1.1.1', { ...forwarded, 'dapr-caller-app-id': 'storefront' }),
      '1.1.1.1',
    ],
  ];
  for (const [title, call, expected] of cases)
    it(title, () => {
      expect(clientAddress(call, trust)).to.equal(expected);
    });

  it('needs networks that are some', () => {
    expect(() => readProxies('10.0.0.0/8,traefik')).to.throw('traefik');
  });
});
