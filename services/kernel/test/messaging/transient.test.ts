import { expect } from 'chai';
import { RemoteProblem, SidecarError, SidecarUnavailable } from '../../dapr/errors.ts';
import { TransientError, isTransient } from '../../messaging/transient.ts';

const coded = (code: string, message = ''): Error => Object.assign(new Error(message), { code });

describe('an error that may pass', () => {
  for (const [what, error] of [
    ['said to be', new TransientError('later')],
    ['a sidecar that is away', new SidecarUnavailable('none')],
    ['a component that is away', new SidecarError('x', 500, 'ERR')],
    ['a service that is away', new RemoteProblem('orders', 503, 'unavailable', '')],
    ['too many requests', new RemoteProblem('orders', 429, 'slow', '')],
    ['a lost connection', coded('08006')],
    ['a server that ends', coded('57P01')],
    ['a deadlock', coded('40P01')],
    ['a serialization failure', coded('40001')],
    ['too many connections', coded('53300')],
    ['a time-out of a statement', coded('57014')],
    ['a refused socket', coded('ECONNREFUSED')],
    ['a pool that is used up', new Error('timeout exceeded when trying to connect')],
    ['a connection that ended', new Error('Connection terminated unexpectedly')],
    ['any of them as a cause', new Error('wrapped', { cause: coded('ECONNRESET') })],
  ] as const) {
    it(`is ${what}`, () => {
      expect(isTransient(error)).to.equal(true);
    });
  }

  for (const [what, error] of [
    ['a fault of the program', new TypeError('x is undefined')],
    ['a broken rule of the database', coded('23505')],
    ['a refusal of another service', new RemoteProblem('orders', 409, 'conflict', '')],
    ['a value that is no error', 'text'],
  ] as const) {
    it(`is not ${what}`, () => {
      expect(isTransient(error)).to.equal(false);
    });
  }
});
