import { expect } from 'chai';
import { UsageError, parseArguments } from '../../instance/arguments.ts';

describe('parseArguments', () => {
  it('starts everything in the foreground, with the catalogue, when nothing is said', () => {
    expect(parseArguments([])).to.deep.include({
      detach: false,
      watch: false,
      seed: true,
      onlyStores: false,
      only: undefined,
      follow: true,
      rest: [],
    });
  });

  it('takes values after a blank or an equals sign', () => {
    const expected = { name: undefined, portOffset: 100, storeMode: 'docker', components: 'swap' };
    expect(parseArguments(['--port-offset', '100', '--stores=docker', '--components', 'swap']).instance).to.deep.equal(expected);
  });

  it('reads a list of services', () => {
    expect(parseArguments(['--only', 'auth,catalog']).only).to.deep.equal(['auth', 'catalog']);
  });

  it('leaves words that are no options', () => {
    expect(parseArguments(['orders', '--no-follow'])).to.deep.include({ rest: ['orders'], follow: false });
  });

  for (const [words, message] of [
    [['--port-offset'], /wants a value/],
    [['--port-offset', 'x'], /whole number/],
    [['--port-offset', '50000'], /whole number/],
    [['--stores', 'podman'], /docker or packages/],
    [['--only', 'shop'], /no service shop/],
    [['--detatch'], /Unknown option --detatch/],
  ] as const) {
    it(`refuses ${words.join(' ')}`, () => {
      expect(() => parseArguments(words)).to.throw(UsageError, message);
    });
  }
});
