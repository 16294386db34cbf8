import { expect } from 'chai';
import { browserOf } from '../../domain/browser-of.ts';

const webKit = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const mobile = 'AppleWebKit/605.1.15 (KHTML, like Gecko)';

describe('What a browser calls itself', () => {
  const known: readonly (readonly [userAgent: string, browser: string, system: string])[] = [
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webKit} Chrome/126.0.0.0 Safari/537.36`, 'Chrome', 'Windows'],
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webKit} Chrome/126.0.0.0 Safari/537.36 Edg/126.0`, 'Microsoft Edge', 'Windows'],
    [`Mozilla/5.0 (X11; Linux x86_64) ${webKit} HeadlessChrome/126.0.0.0 Safari/537.36`, 'Chrome', 'Linux'],
    [`Mozilla/5.0 (Linux; Android 14; Pixel 8) ${webKit} Chrome/126.0.0.0 Mobile Safari/537.36`, 'Chrome', 'Android'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:127.0) Gecko/20100101 Firefox/127.0', 'Firefox', 'macOS'],
    [`Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) ${mobile} Version/17.5 Mobile/15E148 Safari/604.1`, 'Safari', 'iOS'],
    [`Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) ${mobile} FxiOS/127.0 Mobile/15E148 Safari/605.1.15`, 'Firefox', 'iOS'],
  ];
  for (const [userAgent, browser, system] of known)
    it(`is ${browser} on ${system} to people`, () => {
      expect(browserOf(userAgent)).to.deep.equal({ browser, system });
    });

  it('is nothing where it says nothing that is known', () => {
    for (const userAgent of ['', 'node', 'curl/8.1.2', '<script>alert(1)</script>', '('.repeat(200)])
      expect(browserOf(userAgent), userAgent).to.deep.equal({ browser: null, system: null });
  });

  it('is named without the shop’s waiting for it, however it is written', () => {
    for (const piece of ['Version/', 'a/1 ', 'Mozilla/5.0 (', ' ;', 'Android 1.', '\t'])
      expect(browserOf(piece.repeat(200).slice(0, 200))).to.have.keys('browser', 'system');
  });
});
