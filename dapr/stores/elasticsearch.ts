import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Instance } from '../instance/instance.ts';
import { run } from '../process/command.ts';
import { giveToUnprivileged, unprivileged } from '../process/user.ts';
import { copyArtifacts } from './maven.ts';
import type { Store, StoreContext } from './store.ts';

const version = '8.19.21';

function serverFolder(cache: string): string {
  return join(cache, `elasticsearch-${version}`);
}

/** The node without its optional modules, as Elastic's own integration tests use it. */
async function fetchServer({ instance, step }: StoreContext): Promise<void> {
  const folder = serverFolder(instance.cache);
  if (existsSync(folder)) return;
  const packed = `${folder}-zip`;
  const artifact = { group: 'org.elasticsearch.distribution.integ-test-zip', name: 'elasticsearch', version, type: 'zip' };
  await copyArtifacts([artifact], packed, step);
  const unpacked = `${folder}.${String(process.pid)}`;
  step.say('unpacking');
  await run('python3', ['-m', 'zipfile', '-e', join(packed, `lib/elasticsearch-${version}.zip`), unpacked]);
  const server = join(unpacked, `elasticsearch-${version}`);
  for (const name of readdirSync(join(server, 'bin'))) chmodSync(join(server, 'bin', name), 0o755);
  mkdirSync(join(server, 'plugins'), { recursive: true });
  renameSync(server, folder);
  rmSync(unpacked, { recursive: true });
  rmSync(packed, { recursive: true });
}

function configuration({ folder, ports }: Instance): string {
  return [
    'cluster.name: cartwright',
    'node.name: local',
    'discovery.type: single-node',
    'network.host: 127.0.0.1',
    `http.port: ${String(ports.stores.elasticsearch)}`,
    `transport.port: ${String(ports.elasticsearchTransport)}`,
    `path.data: ${join(folder, 'data/elasticsearch/data')}`,
    `path.logs: ${join(folder, 'data/elasticsearch/logs')}`,
    'xpack.security.enabled: false',
    'node.processors: 2',
    'cluster.routing.allocation.disk.threshold_enabled: false',
    '',
  ].join('\n');
}

const logging = `status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%-25c{1.}] %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
`;

async function prepare({
  instance,
  step,
}: StoreContext): Promise<{ name: string; command: string[]; cwd: string; environment: Record<string, string> }> {
  const server = serverFolder(instance.cache);
  const home = join(instance.folder, 'data/elasticsearch');
  const config = join(home, 'config');
  step.say('writing its configuration');
  const folders = ['config', 'data', 'logs', 'tmp'].map((name) => join(home, name));
  rmSync(join(home, 'tmp'), { recursive: true, force: true }); // each start leaves a file there
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  cpSync(join(server, 'config'), config, { recursive: true });
  const jvmOptions = readFileSync(join(server, 'config/jvm.options'), 'utf8').replaceAll(/^.*UseG1GC.*$/gm, '');
  writeFileSync(join(config, 'jvm.options'), `${jvmOptions}\n-Xms256m\n-Xmx256m\n-XX:+UseSerialGC\n-XX:TieredStopAtLevel=1\n`);
  writeFileSync(join(config, 'elasticsearch.yml'), configuration(instance));
  writeFileSync(join(config, 'log4j2.properties'), logging);
  giveToUnprivileged(home, ...folders, ...readdirSync(config, { recursive: true }).map((name) => join(config, String(name))));
  return {
    name: 'elasticsearch',
    command: await unprivileged([join(server, 'bin/elasticsearch')], [join(server, 'bin/elasticsearch'), config]),
    cwd: '/',
    environment: {
      ES_PATH_CONF: config,
      ES_TMPDIR: join(home, 'tmp'),
      ES_JAVA_HOME: await javaHome(),
      // The launcher stays beside the server; it needs little.
      CLI_JAVA_OPTS: `-Xms4m -Xmx24m -XX:TieredStopAtLevel=1 -Djava.io.tmpdir=${join(home, 'tmp')}`,
    },
  };
}

/** Elasticsearch wants to be told where Java is; its own copy is not in this distribution. */
async function javaHome(): Promise<string> {
  const told = process.env['ES_JAVA_HOME'] ?? process.env['JAVA_HOME'];
  if (told !== undefined) return told;
  const settings = await run('sh', ['-c', 'java -XshowSettings:properties -version 2>&1']);
  const home = /java\.home = (.+)/.exec(settings)?.[1];
  if (home === undefined) throw new Error('java does not say where it is installed: set JAVA_HOME');
  return home;
}

export const elasticsearch: Store = {
  name: 'elasticsearch',
  title: `Elasticsearch ${version}`,
  fetch: fetchServer,
  prepare,

  check: async ({ instance }) => {
    const url = `http://127.0.0.1:${String(instance.ports.stores.elasticsearch)}/_cluster/health`;
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    const { status } = (await response.json()) as { status?: string };
    if (!response.ok || status === 'red') throw new Error(`answers ${String(response.status)}, cluster is ${status ?? 'unknown'}`);
  },

  docker: () => ({
    image: `docker.elastic.co/elasticsearch/elasticsearch:${version}`,
    port: 9200,
    dataPath: '/usr/share/elasticsearch/data',
    environment: { 'discovery.type': 'single-node', 'xpack.security.enabled': 'false', ES_JAVA_OPTS: '-Xms256m -Xmx256m' },
  }),
};
