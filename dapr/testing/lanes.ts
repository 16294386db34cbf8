import { kindOf } from './select.ts';

/**
 * Which tests run beside which. Tests wait more than they compute, so two processes of mocha run at the same time, each one file after the other:
 *
 * - `apart`: units, and services that run within the test on databases, indices and topics of their own; of the stack they have only the stores and
 *   what a sidecar keeps under their ids.
 * - `shared`: whoever asks the services of the stack, which have one set of data. One after the other, because some look at all of it: the
 *   checker counts every order that was placed meanwhile, reconciliation looks at every payment, a new projection replaces that of all orders.
 * - `alone`: afterwards, in a third process with nothing beside it: whoever kills or stops a part of the stack, whoever measures, and whoever does
 *   as much as a time allows.
 */
export type Lane = 'apart' | 'shared' | 'alone';

/** Beginnings of paths. */
const alone: readonly string[] = [
  'dapr/test/stack.integration', // kills Redis and notifications, and adds up the memory of all
  'services/catalog/test/adapters/price-in-two-copies.integration', // 2 s
  'services/kernel/test/postgres/watchdog.integration', // at once is within 100 ms
  'tests/chaos/',
  'tests/contract/schemathesis.integration', // as many requests as in 22 s
  'tests/faults/', // stops stores
  'tests/latency.integration', // 400 ms
  'tests/price-change.integration', // 2 s
];

const shared: readonly string[] = [
  'tests/',
  // These stand with a service or an actor, and ask the stack's.
  'actors/cart/test/cart.integration',
  'services/inventory/test/inventory.integration',
  'services/kernel/test/dapr/sidecar.integration',
  'services/kernel/test/messaging/kafka.integration',
  'services/kernel/test/service.integration',
  'services/orders/test/purchase.integration',
  'services/payments/test/schedule.integration',
  // These could stand apart, and are here so that both lanes take about as long.
  'services/notifications/',
];

export function laneOf(file: string): Lane {
  if (kindOf(file) === 'unit') return 'apart';
  const isOf = (beginnings: readonly string[]): boolean => beginnings.some((beginning) => file.startsWith(beginning));
  if (isOf(alone)) return 'alone';
  return isOf(shared) ? 'shared' : 'apart';
}

/** What runs at the same time: the files of each lane, in their order. */
export type Round = readonly { readonly lane: Lane; readonly files: readonly string[] }[];

/** Splits the files into rounds, which are run one after the other. */
export function roundsOf(files: readonly string[]): Round[] {
  const together = (lanes: readonly Lane[]): Round =>
    lanes.map((lane) => ({ lane, files: files.filter((file) => laneOf(file) === lane) })).filter((one) => one.files.length > 0);
  return [together(['apart', 'shared']), together(['alone'])].filter((round) => round.length > 0);
}
