import { actorTwice } from './actor-fault.ts';
import { clockOff } from './clock-fault.ts';
import { databaseFaults } from './database-faults.ts';
import { eventFaults } from './event-faults.ts';
import type { Fault } from './fault.ts';
import { networkFaults } from './network-faults.ts';
import { processFaults } from './process-faults.ts';
import { providerFaults } from './provider-faults.ts';
import { relayFaults } from './relay-fault.ts';

const noFault: Fault = { name: 'none', what: 'nothing goes wrong', lastsMs: 0, inject: () => Promise.resolve() };

/** All that is made to go wrong, in this order. */
export const faults: readonly Fault[] = [
  noFault,
  ...processFaults,
  ...eventFaults,
  ...databaseFaults,
  ...relayFaults,
  ...providerFaults,
  ...networkFaults,
  clockOff,
  actorTwice,
];

/** What `npm test` has time for: the two that hold an order's and a payment's truth, stock's sidecar, every event again, and a full disk. */
export const shortList: readonly string[] = [
  'kill-orders',
  'kill-payments',
  'kill-inventory-sidecar',
  'events-again',
  'outbox-full-orders',
];

/** Throws where there is no such fault. */
export function faultNamed(name: string): Fault {
  const fault = faults.find((one) => one.name === name);
  if (fault === undefined) throw new Error(`There is no fault ${name}; npm run chaos -- --list names them`);
  return fault;
}
