import { docsPage } from '@cartwright/kernel/http/docs-page';
import type { Kernel } from '@cartwright/kernel/kernel';
import type { Middleware } from 'koa';
import { services } from './targets.ts';

interface OpenApi {
  readonly paths: Record<string, unknown>;
  readonly components: { readonly schemas: Record<string, unknown>; readonly securitySchemes: unknown };
  readonly [key: string]: unknown;
}

const keptMs = 60_000;

/** `/api/docs` and `/api/openapi.json` of all services together. A service that is away is left out, and named. */
export function documentation(kernel: Pick<Kernel, 'dapr' | 'log'>, now: () => number = Date.now): Middleware {
  let known: { at: number; document: OpenApi } | undefined;

  async function read(): Promise<OpenApi> {
    if (known !== undefined && now() - known.at < keptMs) return known.document;
    const missing: string[] = [];
    const documents = await Promise.all(
      services.map((app) =>
        kernel.dapr.invoke<OpenApi>(app, { method: 'GET', path: '/api/openapi.json' }).catch((error: unknown) => {
          kernel.log.warn({ error, app }, 'its documentation is missing');
          missing.push(app);
          return undefined;
        }),
      ),
    );
    const document = merge(
      documents.filter((one) => one !== undefined),
      missing,
    );
    if (missing.length === 0) known = { at: now(), document };
    return document;
  }

  return async (ctx, next) => {
    if (ctx.method !== 'GET' || !['/api/docs', '/api/openapi.json'].includes(ctx.path)) {
      await next();
      return;
    }
    ctx.state['route'] = ctx.path;
    const document = await read();
    if (ctx.path === '/api/openapi.json') {
      ctx.body = document;
      return;
    }
    ctx.type = 'html';
    ctx.set('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'");
    ctx.body = docsPage(document);
  };
}

function merge(documents: readonly OpenApi[], missing: readonly string[]): OpenApi {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Cartwright',
      version: '0.1.0',
      license: { name: 'MIT', identifier: 'MIT' },
      ...(missing.length === 0 ? {} : { description: `Missing, because they do not answer: ${missing.join(', ')}` }),
    },
    servers: [{ url: '/' }],
    paths: Object.assign({}, ...documents.map(({ paths }) => paths)) as Record<string, unknown>,
    components: {
      schemas: Object.assign({}, ...documents.map(({ components }) => components.schemas)) as Record<string, unknown>,
      securitySchemes: documents[0]?.components.securitySchemes ?? {},
    },
  };
}
