import { readFileSync } from 'node:fs';
import { connectSidecar } from '../../dapr/sidecar.ts';
import type { Sidecar } from '../../dapr/sidecar.ts';

export interface StackService {
  readonly url: string;
  readonly daprHttpUrl: string;
  /** What its sidecar shows to it. */
  readonly appToken: string;
  /** What it shows to its sidecar. */
  readonly daprToken: string;
}

/** A service of the running stack, from the file that `CARTWRIGHT_STACK` names. */
export function stackService(app: string): StackService {
  const file = process.env['CARTWRIGHT_STACK'];
  if (file === undefined) throw new Error('CARTWRIGHT_STACK is not set: run by npm test -- --only integration');
  const service = (JSON.parse(readFileSync(file, 'utf8')) as { services: Record<string, StackService> }).services[app];
  if (service === undefined) throw new Error(`The stack has no ${app}`);
  return service;
}

/** Port of the service's sidecar. */
export function daprPortOf({ daprHttpUrl }: StackService): number {
  return Number(new URL(daprHttpUrl).port);
}

/** The sidecar of a service of the stack, spoken to as the service itself does. */
export function sidecarOf(app: string): Sidecar {
  const service = stackService(app);
  return connectSidecar({ daprHttpPort: daprPortOf(service), daprToken: service.daprToken, appToken: service.appToken });
}
