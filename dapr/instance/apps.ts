/** The services in the order in which they start: each comes after those that it asks. */
export const appNames = ['auth', 'catalog', 'orders', 'payments', 'inventory', 'notifications', 'storefront'] as const;
export type AppName = (typeof appNames)[number];

/** Services with a database of their own in Postgres; nobody reads another's. */
export const postgresOwners = ['auth', 'catalog', 'orders', 'payments', 'inventory', 'notifications'] as const;
export type PostgresOwner = (typeof postgresOwners)[number];

export function isAppName(name: string): name is AppName {
  return (appNames as readonly string[]).includes(name);
}

/** One topic an aggregate. A consumer's unreadable envelopes go to `<topic>-dead`. */
export const topics = ['users', 'products', 'searches', 'orders', 'payments', 'stock', 'notifications'] as const;

/** Partitions bound how many copies of a consumer can work side by side; keys keep their order within one. */
export const partitions = 12;
