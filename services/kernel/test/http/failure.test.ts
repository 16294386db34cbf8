import { expect } from 'chai';
import { RemoteProblem, SidecarError, SidecarUnavailable } from '../../dapr/errors.ts';
import { isOurs, toProblem } from '../../http/failure.ts';
import { conflict } from '../../http/problem.ts';
import { PostgresAway } from '../../postgres/watchdog.ts';

const postgres = (code: string): Error => Object.assign(new Error('driver'), { code });

describe('What is thrown', () => {
  it('is a 503 where something that is needed is away, however deep the reason lies', () => {
    const away = [
      new SidecarUnavailable('no answer'),
      new SidecarError('state', 500, 'ERR_STATE_GET'),
      new RemoteProblem('auth', 503, 'unavailable', ''),
      new Error('outer', { cause: postgres('08006') }),
      postgres('57P01'),
      postgres('40P01'),
      postgres('53300'),
      Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
      new Error('timeout exceeded when trying to connect'),
      postgres('57014'),
      postgres('55P03'),
      new PostgresAway(),
      new Error('outer', { cause: new Error('Connection terminated unexpectedly') }),
      new DOMException('late', 'TimeoutError'),
    ];
    for (const error of away) {
      const problem = toProblem(error);
      expect(problem, String(error)).to.include({ status: 503, code: 'unavailable' });
      expect(problem.parts.headers).to.deep.equal({ 'retry-after': '1' });
    }
  });

  it('is a 422 where a value does not fit its column, and logged, since a schema is too wide', () => {
    const problem = toProblem(new Error('driver', { cause: postgres('22003') }));
    expect(problem.status).to.equal(422);
    expect(isOurs(problem)).to.equal(true);
  });

  it('is a 500 that tells nothing otherwise', () => {
    for (const error of [
      new Error('secret'),
      postgres('23505'),
      new RemoteProblem('auth', 404, 'not_found', 'secret'),
      'secret',
      undefined,
    ]) {
      const problem = toProblem(error);
      expect(problem.status).to.equal(500);
      expect(JSON.stringify(problem.body('r'))).not.to.include('secret');
      expect(problem.cause).to.equal(error);
    }
  });

  it('is what it says where it is a problem', () => {
    const problem = conflict('sold_out', 'None left');
    expect(toProblem(problem)).to.equal(problem);
    expect(isOurs(problem)).to.equal(false);
  });
});
