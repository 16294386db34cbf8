import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { appNames } from './apps.ts';
import type { AppName } from './apps.ts';
import { writePrivately } from './instance.ts';
import type { Instance } from './instance.ts';
import { storeAddresses } from './secrets.ts';
import type { Credentials, StoreAddresses } from './secrets.ts';

/** Where an instance is reached: what tests, the seed, the demo and the benchmark read (`CARTWRIGHT_STACK` names the file). */
export interface Stack {
  readonly instance: string;
  readonly gatewayUrl: string;
  readonly services: Readonly<Record<AppName, { url: string; daprHttpUrl: string; appToken: string; daprToken: string }>>;
  readonly stores: StoreAddresses;
}

export function stackFile(instance: Instance): string {
  return join(instance.folder, 'stack.json');
}

export function gatewayUrl({ ports }: Instance): string {
  return `http://localhost:${String(ports.apps.storefront.app)}`;
}

export function stackOf(instance: Instance, credentials: Credentials): Stack {
  const url = (port: number): string => `http://127.0.0.1:${String(port)}`;
  return {
    instance: instance.name,
    gatewayUrl: gatewayUrl(instance),
    services: Object.fromEntries(
      appNames.map((name) => {
        const { app, http } = instance.ports.apps[name];
        const tokens = credentials.tokens[name];
        return [name, { url: url(app), daprHttpUrl: url(http), appToken: tokens.app, daprToken: tokens.dapr }];
      }),
    ) as Stack['services'],
    stores: storeAddresses(instance, credentials),
  };
}

export function writeStackFile(instance: Instance, credentials: Credentials): void {
  writePrivately(stackFile(instance), JSON.stringify(stackOf(instance, credentials), null, 2));
}

export function readStackFile(instance: Instance): Stack {
  const file = stackFile(instance);
  if (!existsSync(file)) throw new Error(`Instance ${instance.name} was never started here: run npm start first`);
  return JSON.parse(readFileSync(file, 'utf8')) as Stack;
}

/** The environment that a script started by `npm run` gets, so that it finds the running instance. */
export function stackEnvironment(instance: Instance): Record<string, string> {
  const stack = readStackFile(instance);
  const databases = Object.fromEntries(
    Object.entries(stack.stores.postgres).filter(([name]) => name !== 'adminUrl' && name !== 'dapr_state'),
  );
  return {
    CARTWRIGHT_STACK: stackFile(instance),
    CARTWRIGHT_INSTANCE: instance.name,
    CARTWRIGHT_PORT_OFFSET: String(instance.portOffset),
    GATEWAY_URL: stack.gatewayUrl,
    DATABASE_URLS: JSON.stringify(databases),
    ...Object.fromEntries(appNames.map((name) => [`${name.toUpperCase()}_URL`, stack.services[name].url])),
  };
}
