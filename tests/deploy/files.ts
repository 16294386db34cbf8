import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

export const root = join(import.meta.dirname, '../..');

export function text(...path: string[]): string {
  return readFileSync(join(root, ...path), 'utf8');
}

/** A YAML file of the repository. */
export function yaml(...path: string[]): unknown {
  return parse(text(...path), { merge: true });
}

/** What Kubernetes and Dapr call a resource. */
export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Record<string, string> };
  readonly scopes?: readonly string[];
  readonly [part: string]: unknown;
}

export function resources(source: string): Resource[] {
  return parseAllDocuments(source).flatMap((document) => {
    if (document.errors[0] !== undefined) throw document.errors[0];
    const value = document.toJS() as Resource | null;
    return value === null ? [] : [value];
  });
}

/** A service as dapr/dapr.yaml runs it. */
export interface RunApp {
  readonly appID: string;
  readonly appPort: number;
  readonly daprHTTPPort: number;
  readonly daprGRPCPort: number;
  readonly daprInternalGRPCPort: number;
  readonly metricsPort: number;
}

export const apps = (yaml('dapr/dapr.yaml') as { apps: RunApp[] }).apps;
