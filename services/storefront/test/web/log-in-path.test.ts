import { expect } from 'chai';

interface Paths {
  readonly logInPath: (path: string) => string;
  readonly placeAfter: (to: string | null, origin: string) => string;
}
// Pages are plain JavaScript, which browsers load as it is written.
const { logInPath, placeAfter } = (await import(new URL('../../web/log-in-path.js', import.meta.url).href)) as Paths;

const shop = 'https://shop.test';

describe('A log-in', () => {
  it('leads to the page that asked for it', () => {
    const { searchParams } = new URL(logInPath('/products/a&b'), shop);
    expect(placeAfter(searchParams.get('to'), shop)).to.equal('/products/a&b');
    expect(placeAfter('/checkout?from=cart', shop)).to.equal('/checkout?from=cart');
  });

  it('leads to the account where no page asked for it, and never to another place', () => {
    for (const to of [
      null,
      '',
      '/',
      '//evil.test/account',
      '/\\evil.test',
      'https://evil.test/',
      'javascript:alert(1)',
      'http://',
      '/x/..//evil.test',
    ])
      expect(placeAfter(to, shop), String(to)).to.equal('/account');
  });
});
