import { expect } from 'chai';
import { readConfig } from '../config.ts';

const whole = { APP_PORT: '3003', DAPR_HTTP_PORT: '3503', APP_API_TOKEN: 'a', DAPR_API_TOKEN: 'b' };

describe('The configuration', () => {
  it('is read from the environment', () => {
    expect(readConfig('orders', { ...whole, CARTWRIGHT_ENV: 'local', APP_ID: 'orders-2' })).to.include({
      appId: 'orders-2',
      port: 3003,
      environment: 'local',
      logLevel: 'info',
    });
  });

  it('is for production where nothing says otherwise', () => {
    expect(readConfig('orders', whole).environment).to.equal('production');
    expect(readConfig('orders', whole).drainDelayMs).to.be.greaterThan(0);
  });

  it('names the variable that is missing or wrong', () => {
    const wrong: [string, string | undefined][] = [
      ['APP_PORT', undefined],
      ['APP_PORT', '99999'],
      ['DAPR_HTTP_PORT', 'x'],
      ['APP_API_TOKEN', ''],
      ['DAPR_API_TOKEN', undefined],
      ['CARTWRIGHT_ENV', 'staging'],
      ['OTEL_TRACES_SAMPLER_ARG', '10'],
    ];
    for (const [name, value] of wrong) expect(() => readConfig('orders', { ...whole, [name]: value }), name).to.throw(name);
  });
});
