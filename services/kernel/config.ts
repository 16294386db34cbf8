/** What a service is told by its environment. All else, such as addresses and keys, comes from the secret store. */
export interface Config {
  readonly appId: string;
  readonly port: number;
  readonly daprHttpPort: number;
  /** What the sidecar must show when it calls the service. */
  readonly appToken: string;
  /** What the service shows when it calls the sidecar. */
  readonly daprToken: string;
  /** `local` turns on what shall never be on in production: seed accounts, the sandbox provider, the mailbox. */
  readonly environment: 'local' | 'production';
  readonly gatewayUrl: string;
  readonly otlpEndpoint: string | undefined;
  /** Share of traces that are recorded, 0 to 1. */
  readonly traceShare: number;
  readonly logLevel: string;
  /** How long a service that ends, and says so, still accepts what load balancers send it that have not heard. */
  readonly drainDelayMs: number;
}

/** Reads the environment. Throws an error that names the variable when one is missing or wrong. */
export function readConfig(appId: string, environment: NodeJS.ProcessEnv = process.env): Config {
  const kind = environment['CARTWRIGHT_ENV'] ?? 'production'; // what forgets to say so is production
  if (kind !== 'local' && kind !== 'production') throw new Error(`CARTWRIGHT_ENV is local or production, not ${kind}`);
  return {
    appId: environment['APP_ID'] ?? appId,
    port: portOf(environment, 'APP_PORT'),
    daprHttpPort: portOf(environment, 'DAPR_HTTP_PORT'),
    appToken: required(environment, 'APP_API_TOKEN'),
    daprToken: required(environment, 'DAPR_API_TOKEN'),
    environment: kind,
    gatewayUrl: environment['GATEWAY_URL'] ?? 'http://localhost:8080',
    otlpEndpoint: environment['OTEL_EXPORTER_OTLP_ENDPOINT'],
    traceShare: shareOf(environment, 'OTEL_TRACES_SAMPLER_ARG', 0.1),
    drainDelayMs: kind === 'local' ? 0 : 3000,
    logLevel: environment['LOG_LEVEL'] ?? 'info',
  };
}

function required(environment: NodeJS.ProcessEnv, name: string): string {
  const value = environment[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set`);
  return value;
}

function shareOf(environment: NodeJS.ProcessEnv, name: string, otherwise: number): number {
  const share = Number(environment[name] ?? otherwise);
  if (!(share >= 0 && share <= 1)) throw new Error(`${name} is a share between 0 and 1, not ${String(environment[name])}`);
  return share;
}

function portOf(environment: NodeJS.ProcessEnv, name: string): number {
  const port = Number(required(environment, name));
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error(`${name} is a port, not ${String(environment[name])}`);
  return port;
}
