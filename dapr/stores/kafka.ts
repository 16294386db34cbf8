import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { partitions, topics } from '../instance/apps.ts';
import type { Instance } from '../instance/instance.ts';
import { run } from '../process/command.ts';
import { copyArtifacts } from './maven.ts';
import type { Store } from './store.ts';

const version = '4.4.0';
const jvm = ['-Xms96m', '-Xmx320m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:MaxMetaspaceSize=128m'];

function serverFolder(cache: string): string {
  return join(cache, `kafka-${version}`);
}

function java(instance: Instance, mainClass: string, ...programArguments: string[]): string[] {
  const logging = `-Dlog4j2.configurationFile=${join(instance.folder, 'data/kafka.log4j2.properties')}`;
  return ['java', ...jvm, logging, '-cp', join(serverFolder(instance.cache), 'lib/*'), mainClass, ...programArguments];
}

/** KRaft, one node that is broker and controller: so every replication factor is one. */
function serverProperties({ folder, ports }: Instance): string {
  const { kafka } = ports.stores;
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${String(ports.kafkaController)}`,
    `listeners=PLAINTEXT://127.0.0.1:${String(kafka)},CONTROLLER://127.0.0.1:${String(ports.kafkaController)}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${String(kafka)}`,
    'controller.listener.names=CONTROLLER',
    `log.dirs=${join(folder, 'data/kafka')}`,
    `num.partitions=${String(partitions)}`,
    'auto.create.topics.enable=true',
    'offsets.topic.num.partitions=4',
    'offsets.topic.replication.factor=1',
    'transaction.state.log.num.partitions=4',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'share.coordinator.state.topic.num.partitions=1',
    'share.coordinator.state.topic.replication.factor=1',
    'share.coordinator.state.topic.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
    'log.cleaner.dedupe.buffer.size=8388608',
    'log.retention.hours=168',
    'num.network.threads=2',
    'num.io.threads=4',
    '',
  ].join('\n');
}

const logging = `status=warn
appender.out.type=Console
appender.out.name=OUT
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d{ISO8601} %-5p %m (%c{1})%n
rootLogger.level=warn
rootLogger.appenderRef.out.ref=OUT
logger.server.name=kafka.server.KafkaRaftServer
logger.server.level=info
`;

function client({ ports }: Instance): Kafka {
  return new Kafka({
    clientId: 'cartwright-start',
    brokers: [`127.0.0.1:${String(ports.stores.kafka)}`],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 2_000,
    requestTimeout: 10_000,
    retry: { retries: 0 },
  });
}

async function withAdmin<T>(instance: Instance, work: (admin: ReturnType<Kafka['admin']>) => Promise<T>): Promise<T> {
  const admin = client(instance).admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

export const kafka: Store = {
  name: 'kafka',
  title: `Kafka ${version}`,

  fetch: ({ instance, step }) =>
    copyArtifacts(
      [
        { group: 'org.apache.kafka', name: 'kafka_2.13', version },
        { group: 'org.apache.logging.log4j', name: 'log4j-slf4j-impl', version: '2.25.3' },
      ],
      serverFolder(instance.cache),
      step,
    ),

  prepare: async ({ instance, step }) => {
    const data = join(instance.folder, 'data/kafka');
    mkdirSync(data, { recursive: true });
    const properties = join(instance.folder, 'data/kafka.properties');
    writeFileSync(properties, serverProperties(instance));
    writeFileSync(join(instance.folder, 'data/kafka.log4j2.properties'), logging);
    if (!existsSync(join(data, 'meta.properties'))) {
      step.say('formatting its storage');
      const format = ['format', '--cluster-id', 'Y2FydHdyaWdodC1sb2NhbA', '--config', properties, '--ignore-formatted'];
      const [program = '', ...programArguments] = java(instance, 'kafka.tools.StorageTool', ...format);
      await run(program, programArguments);
    }
    return { name: 'kafka', command: java(instance, 'kafka.Kafka', properties) };
  },

  // The port opens before the broker is registered; only then can it name a controller.
  check: ({ instance }) =>
    withAdmin(instance, async (admin) => {
      const { brokers, controller } = await admin.describeCluster();
      if (brokers.length === 0 || controller === null) throw new Error('no broker is registered yet');
    }),

  provision: ({ instance }) =>
    withAdmin(instance, async (admin) => {
      const present = new Set(await admin.listTopics());
      const wanted = topics.flatMap((topic) => [topic, `${topic}-dead`]);
      const missing = wanted.filter((topic) => !present.has(topic));
      if (missing.length === 0) return;
      await admin.createTopics({
        waitForLeaders: true,
        topics: missing.map((topic) => ({ topic, numPartitions: topic.endsWith('-dead') ? 1 : partitions, replicationFactor: 1 })),
      });
    }),

  docker: ({ instance }) => {
    const port = String(instance.ports.stores.kafka);
    return {
      image: `apache/kafka:${version}`,
      port: instance.ports.stores.kafka,
      dataPath: '/var/lib/kafka/data',
      environment: {
        KAFKA_NODE_ID: '1',
        KAFKA_PROCESS_ROLES: 'broker,controller',
        KAFKA_LISTENERS: `PLAINTEXT://:${port},CONTROLLER://:9093`,
        KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port}`,
        KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
        KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
        KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
        KAFKA_LOG_DIRS: '/var/lib/kafka/data',
        KAFKA_NUM_PARTITIONS: String(partitions),
        KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
        KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
        KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
        KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
      },
    };
  },
};
