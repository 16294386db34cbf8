import type { Arguments } from '../instance/arguments.ts';
import { appNames } from '../instance/apps.ts';
import type { Instance } from '../instance/instance.ts';
import { gatewayUrl } from '../instance/stack-file.ts';
import { storeNames } from '../instance/ports.ts';

/** What is where, for whoever has just started it. Accounts are those that the auth service makes on a local machine. */
export function welcome(instance: Instance, { only, onlyStores }: Pick<Arguments, 'only' | 'onlyStores'>): string {
  const { ports } = instance;
  const stores = storeNames.map((name) => `${name} ${String(ports.stores[name])}`).join(', ');
  const rows: [string, string][] = [['Stores', stores]];
  if (!onlyStores) {
    rows.unshift(
      ['Shop and gateway', gatewayUrl(instance)],
      ['API of all services', `${gatewayUrl(instance)}/api/docs`],
      ['Services', (only ?? appNames).map((name) => `${name} ${String(ports.apps[name].app)}`).join(', ')],
    );
    rows.push(
      ['Accounts', 'ada@cartwright.test / customer-Passw0rd!, admin@cartwright.test / admin-Passw0rd!,'],
      ['', 'staff@cartwright.test / staff-Passw0rd!, support@cartwright.test / support-Passw0rd!'],
    );
  }
  rows.push(
    ['Addresses, passwords', `.cartwright/${instance.name}/stack.json`],
    ['Logs', `.cartwright/${instance.name}/logs, npm run logs -- <service>`],
  );
  const width = Math.max(...rows.map(([title]) => title.length));
  return ['', ...rows.map(([title, text]) => `  ${title.padEnd(width)}  ${text}`), ''].join('\n');
}
