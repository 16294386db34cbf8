import { expect } from 'chai';
import { atLeast, describeMissing, missingRequirements } from '../../bootstrap/requirements.mjs';

const linux = { nodeVersion: '20.19.0', platform: 'linux', arch: 'x64' };

/** A machine on which only the programs given can be run. */
function machine(programs: Record<string, string>): (program: string) => string | undefined {
  return (program) => programs[program];
}

const complete = { java: 'openjdk version "17.0.13"', mvn: 'Apache Maven 3.8.7', python3: 'pip 23.2', go: 'go version go1.26.8' };

function namesFor(options: string[], given: Parameters<typeof missingRequirements>[1]): string[] {
  return missingRequirements(options, given).map(({ name }) => name);
}

describe('atLeast', () => {
  for (const [found, least, expected] of [
    ['1.26.8', '1.26.5', true],
    ['1.26', '1.26.5', false],
    ['1.9.0', '1.18.0', false],
    ['17', '17', true],
    ['21.0.1', '17', true],
    [undefined, '1', false],
  ] as const) {
    it(`says ${String(expected)} for ${String(found)} and ${least}`, () => {
      expect(atLeast(found, least)).to.equal(expected);
    });
  }
});

describe('missingRequirements', () => {
  it('wants nothing more of a machine that has all', () => {
    expect(namesFor([], { ...linux, needsGo: true, ask: machine(complete) })).to.deep.equal([]);
  });

  it('names each missing tool and how to get it', () => {
    const missing = missingRequirements([], { ...linux, needsGo: true, ask: machine({}) });
    expect(missing.map(({ name }) => name)).to.deep.equal([
      'Go 1.26.5 or later, or Dapr 1.18',
      'Java 17 or later',
      'Maven',
      'Python 3 with pip',
    ]);
    expect(describeMissing(missing))
      .to.match(/Java 17 or later: runs Kafka.*\n.*Get it: apt-get/)
      .and.to.contain('--stores docker');
  });

  it('refuses a Java that is too old', () => {
    expect(namesFor([], { ...linux, ask: machine({ ...complete, java: 'java version "11.0.2"' }) })).to.deep.equal(['Java 17 or later']);
  });

  it('wants only Docker for stores in Docker, also where packages are not tested', () => {
    expect(namesFor(['--stores', 'docker'], { ...linux, ask: machine({}) })).to.deep.equal(['Docker, running']);
    expect(namesFor([], { ...linux, platform: 'darwin', ask: machine({ docker: '27.0' }) })).to.deep.equal([]);
  });

  it('refuses a Node that is too old', () => {
    expect(namesFor([], { onlyNode: true, nodeVersion: '18.20.0' })[0]).to.match(/Node 20/);
  });
});
