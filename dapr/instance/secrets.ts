import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { appNames, postgresOwners } from './apps.ts';
import type { AppName, PostgresOwner } from './apps.ts';
import { writePrivately } from './instance.ts';
import type { Instance } from './instance.ts';

/** What protects an instance, made up once and kept in its folder. */
export interface Credentials {
  /** Password of the superuser `cartwright`, and of each database's own role. */
  readonly postgres: Readonly<Record<'cartwright' | 'dapr_state' | PostgresOwner, string>>;
  readonly redis: string;
  /** What auth encrypts the secrets of second factors by. */
  readonly authEncryption: string;
  readonly tokens: Readonly<Record<AppName, { readonly app: string; readonly dapr: string }>>;
}

/** Keys of Stripe, SendGrid and Twilio come from the environment of `npm start`, and are known to the service that calls them. */
const providerKeys: readonly { app: AppName; variable: string; key: string }[] = [
  { app: 'payments', variable: 'STRIPE_SECRET_KEY', key: 'stripe-secret-key' },
  { app: 'payments', variable: 'STRIPE_WEBHOOK_SECRET', key: 'stripe-webhook-secret' },
  { app: 'payments', variable: 'PAYPAL_CLIENT_ID', key: 'paypal-client-id' },
  { app: 'payments', variable: 'PAYPAL_CLIENT_SECRET', key: 'paypal-client-secret' },
  { app: 'notifications', variable: 'SENDGRID_API_KEY', key: 'sendgrid-api-key' },
  { app: 'notifications', variable: 'SENDGRID_FROM', key: 'sendgrid-from' },
  { app: 'notifications', variable: 'SENDGRID_WEBHOOK_KEY', key: 'sendgrid-webhook-key' },
  { app: 'notifications', variable: 'TWILIO_ACCOUNT_SID', key: 'twilio-account-sid' },
  { app: 'notifications', variable: 'TWILIO_AUTH_TOKEN', key: 'twilio-auth-token' },
  { app: 'notifications', variable: 'TWILIO_FROM', key: 'twilio-from' },
];

export function openCredentials(instance: Instance): Credentials {
  const file = join(instance.folder, 'credentials.json');
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<Credentials>) : {};
  const secret = (): string => randomBytes(24).toString('base64url');
  const made: Credentials = {
    postgres: Object.fromEntries(
      ['cartwright', 'dapr_state', ...postgresOwners].map((role) => [role, secret()]),
    ) as Credentials['postgres'],
    redis: secret(),
    authEncryption: secret(),
    tokens: Object.fromEntries(appNames.map((name) => [name, { app: secret(), dapr: secret() }])) as Credentials['tokens'],
  };
  const credentials: Credentials = { ...made, ...known }; // an instance of an older version gets what it lacks
  writePrivately(file, JSON.stringify(credentials, null, 2));
  return credentials;
}

export interface StoreAddresses {
  readonly postgres: Readonly<Record<'adminUrl' | 'dapr_state' | PostgresOwner, string>>;
  readonly mongoUrl: string;
  readonly redisUrl: string;
  readonly redisHost: string;
  readonly kafkaBrokers: readonly string[];
  readonly elasticsearchUrl: string;
}

export function storeAddresses({ ports }: Instance, credentials: Credentials): StoreAddresses {
  const { stores } = ports;
  const postgres = (role: keyof Credentials['postgres'], database: string): string =>
    `postgres://${role}:${credentials.postgres[role]}@127.0.0.1:${String(stores.postgres)}/${database}`;
  return {
    postgres: {
      adminUrl: postgres('cartwright', 'postgres'),
      dapr_state: postgres('dapr_state', 'dapr_state'),
      ...(Object.fromEntries(postgresOwners.map((name) => [name, postgres(name, name)])) as Record<PostgresOwner, string>),
    },
    mongoUrl: `mongodb://127.0.0.1:${String(stores.mongodb)}/catalog?replicaSet=rs0`,
    redisUrl: `redis://:${credentials.redis}@127.0.0.1:${String(stores.redis)}`,
    redisHost: `127.0.0.1:${String(stores.redis)}`,
    kafkaBrokers: [`127.0.0.1:${String(stores.kafka)}`],
    elasticsearchUrl: `http://127.0.0.1:${String(stores.elasticsearch)}`,
  };
}

/** What one service may read from the secret store `secrets`: the components' connections, its own database, its providers' keys. */
export function secretsOf(
  app: AppName,
  addresses: StoreAddresses,
  credentials: Credentials,
  environment: NodeJS.ProcessEnv,
): Record<string, string> {
  const secrets: Record<string, string> = {
    'kafka-brokers': addresses.kafkaBrokers.join(','),
    'redis-host': addresses.redisHost,
    'redis-password': credentials.redis,
  };
  const owner = postgresOwners.find((name) => name === app);
  if (owner !== undefined) secrets[`${owner}-postgres-url`] = addresses.postgres[owner];
  if (app === 'auth') secrets['auth-encryption-key'] = credentials.authEncryption;
  if (app === 'inventory') secrets['stock-postgres-url'] = addresses.postgres.dapr_state;
  if (app === 'orders') secrets['carts-postgres-url'] = addresses.postgres.dapr_state; // read where carts are on Postgres (components/swap)
  if (app === 'catalog') {
    secrets['catalog-mongodb-url'] = addresses.mongoUrl;
    secrets['catalog-elasticsearch-url'] = addresses.elasticsearchUrl;
  }
  for (const provider of providerKeys) {
    const value = environment[provider.variable];
    if (provider.app === app && value !== undefined && value !== '') secrets[provider.key] = value;
  }
  return secrets;
}

/** Writes, for each service, the file behind its secret store and the two tokens that it shares with its sidecar. */
export function writeSecrets(instance: Instance, credentials: Credentials, environment: NodeJS.ProcessEnv = process.env): void {
  const addresses = storeAddresses(instance, credentials);
  for (const app of appNames) {
    const secrets = secretsOf(app, addresses, credentials, environment);
    writePrivately(join(instance.folder, 'secrets', `${app}.json`), JSON.stringify(secrets, null, 2));
    const { app: appToken, dapr } = credentials.tokens[app];
    writePrivately(join(instance.folder, 'tokens', `${app}.env`), `APP_API_TOKEN=${appToken}\nDAPR_API_TOKEN=${dapr}\n`);
  }
}
