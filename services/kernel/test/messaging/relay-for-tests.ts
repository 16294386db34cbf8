// A relay in a process of its own, for tests that kill it. It tells its parent each line of its log, and when it has published and not removed yet;
// there it waits for a word when HOLD is set.
import { once } from 'node:events';
import { connectSidecar } from '../../dapr/sidecar.ts';
import { startRelay } from '../../messaging/relay.ts';
import { openDatabaseAt } from '../../postgres/database.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { createRegistry } from '../../telemetry/metrics.ts';

const { DATABASE_URL = '', SIDECAR_PORT = '', NAME = '', HOLD, SILENT_MS = '30000' } = process.env;
const tell = (text: string): void => {
  process.send?.(text);
};
const database = await openDatabaseAt(DATABASE_URL, { name: 'orders' });
startRelay(
  {
    name: NAME,
    log: createLogger(NAME, 'debug', { write: (line: string) => tell((JSON.parse(line) as { msg: string }).msg) }),
    metrics: createRegistry(NAME),
    dapr: connectSidecar({ daprHttpPort: Number(SIDECAR_PORT), daprToken: NAME }),
    onClose: () => undefined,
  },
  database,
  {
    batchSize: 10,
    sweepMs: 50,
    standbyMs: 20,
    silentMs: Number(SILENT_MS),
    published: async () => {
      tell('published');
      if (HOLD !== undefined) await once(process, 'message');
    },
  },
);
