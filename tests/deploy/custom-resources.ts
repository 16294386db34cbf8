import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checker } from '@cartwright/kernel/http/validate';
import { parse } from 'yaml';
import type { Resource } from './files.ts';
import { moduleFolder } from './go-tools.ts';

interface Definition {
  readonly spec: {
    readonly names: { readonly kind: string };
    readonly versions: { readonly name: string; readonly schema: { readonly openAPIV3Schema: Schema } }[];
  };
}

type Schema = Record<string, unknown> & { properties?: Record<string, Schema>; items?: Schema; additionalProperties?: Schema | boolean };

/** Says what is wrong with a resource of Dapr, by the definitions that Dapr itself installs in a cluster; fields that they do not know are wrong. */
export async function daprChecker(version: string): Promise<(resource: Resource) => string[]> {
  const folder = join(await moduleFolder(`github.com/dapr/dapr@v${version}`), 'charts/dapr/crds');
  const checks = new Map<string, ReturnType<typeof checker>>();
  for (const file of readdirSync(folder)) {
    const { spec } = parse(readFileSync(join(folder, file), 'utf8')) as Definition;
    for (const { name, schema } of spec.versions) {
      const { metadata: _, ...properties } = schema.openAPIV3Schema.properties ?? {};
      const whole = { ...schema.openAPIV3Schema, properties: { ...properties, metadata: {} } };
      checks.set(`dapr.io/${name} ${spec.names.kind}`, checker(strict(whole)));
    }
  }
  return (resource) => {
    const check = checks.get(`${resource.apiVersion} ${resource.kind}`);
    if (check === undefined) return [`${resource.apiVersion} ${resource.kind} is not known`];
    return check(resource).map(({ field, message }) => `${field} ${message}`);
  };
}

/** A cluster drops what it does not know; here it is a mistake. */
function strict(schema: Schema): Schema {
  const { properties, items, additionalProperties } = schema;
  return {
    ...schema,
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, strict(part)])),
          ...(schema['x-kubernetes-preserve-unknown-fields'] === true ? {} : { additionalProperties: false }),
        }),
    ...(items === undefined ? {} : { items: strict(items) }),
    ...(typeof additionalProperties === 'object' ? { additionalProperties: strict(additionalProperties) } : {}),
  };
}
