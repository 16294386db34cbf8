import type { TSchema } from 'typebox';
import type { Access } from './access.ts';
import { machinePermissions, rolesWith } from './permissions.ts';
import { ProblemSchema } from './problem.ts';
import type { ResponseSchema, Route } from './route.ts';

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  schema: unknown;
}

/** The OpenAPI 3.1 document of a service, made of the schemas that check its requests. Internal routes are left out. */
export function openApi(service: string, version: string, routes: readonly Route[]): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    if (route.path.startsWith('/internal/')) continue;
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[route.method.toLowerCase()] = operation(route);
  }
  return {
    openapi: '3.1.0',
    info: { title: `Cartwright ${service}`, version, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: { Problem: ProblemSchema },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        apiKey: { type: 'http', scheme: 'bearer', description: 'A machine’s key, cwk_…; also as `Authorization: Api-Key cwk_…`' },
      },
    },
  };
}

function operation(route: Route): Record<string, unknown> {
  const { summary, tags, access, params, query, requestHeaders, responses } = route;
  const parameters = [...parametersOf(params, 'path'), ...parametersOf(query, 'query'), ...parametersOf(requestHeaders, 'header')];
  const security = securityOf(access);
  return {
    operationId: operationId(route),
    summary,
    ...(tags === undefined ? {} : { tags }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...requestBody(route),
    ...security,
    responses: {
      ...Object.fromEntries(Object.entries(responses).map(([status, schema]) => [status, response(Number(status), schema)])),
      default: response(400, null),
    },
  };
}

/** Who may call: `x-permission` names the row of the table of permissions, `x-roles` the roles that have it. */
function securityOf(access: Access): Record<string, unknown> {
  const people = [{ bearer: [] }];
  if (access === 'anyone') return { security: [{}, ...people] };
  if (access === 'signed-in') return { security: people };
  if ('callers' in access) return {};
  const permission = 'ownOr' in access ? access.ownOr : access.permission;
  const security = machinePermissions.includes(permission) ? [...people, { apiKey: [] }] : people;
  return { security, 'x-permission': permission, ...('ownOr' in access ? {} : { 'x-roles': rolesWith(permission) }) };
}

/** Method and path, as generated clients name their functions. */
function operationId({ method, path }: Route): string {
  return [method.toLowerCase(), ...path.split(/\W+/).filter((part) => part !== '')].join('_');
}

function requestBody({ body, rawBody, streamBody, optionalBody }: Route): { requestBody?: unknown } {
  if (rawBody === true || streamBody === true) return { requestBody: { required: true, content: { '*/*': {} } } };
  if (body === undefined) return {};
  return { requestBody: { required: optionalBody !== true, content: { 'application/json': { schema: body } } } };
}

function response(status: number, schema: ResponseSchema): Record<string, unknown> {
  if (status >= 400) {
    return { description: 'Problem', content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } };
  }
  return { description: status === 202 ? 'Accepted' : 'Done', ...(schema === null ? {} : { content: { 'application/json': { schema } } }) };
}

function parametersOf(schema: TSchema | undefined, place: Parameter['in']): Parameter[] {
  const { properties = {}, required = [] } = (schema ?? {}) as { properties?: Record<string, unknown>; required?: string[] };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
}
