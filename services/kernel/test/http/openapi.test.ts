import { expect } from 'chai';
import { Type } from 'typebox';
import { docsPage } from '../../http/docs-page.ts';
import { IdempotencyHeaders } from '../../http/idempotency.ts';
import { openApi } from '../../http/openapi.ts';
import { Problem } from '../../http/problem.ts';
import { route } from '../../http/route.ts';

const closed = { additionalProperties: false };
const routes = [
  route({
    method: 'POST',
    path: '/api/carts/:id/items',
    summary: 'Add <a> SKU',
    tags: ['carts'],
    access: { permission: 'orders.fulfil' },
    params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
    query: Type.Object({ dry: Type.Optional(Type.Boolean()) }, closed),
    requestHeaders: IdempotencyHeaders,
    body: Type.Object({ sku: Type.String() }, closed),
    responses: { 201: Type.Object({ id: Type.String() }), 409: Problem },
    handle: ({ body }) => ({ status: 201, body: { id: body.sku } }),
  }),
  route({ method: 'GET', path: '/api/me', summary: 'Me', access: 'signed-in', responses: { 204: null }, handle: () => ({}) }),
  route({
    method: 'POST',
    path: '/api/hook',
    summary: 'Hook',
    access: 'anyone',
    rawBody: true,
    responses: { 204: null },
    handle: () => ({}),
  }),
];

// @ts-expect-error who may call a route has to be said: without `access` it does not compile
route({ method: 'GET', path: '/api/forgotten', summary: '', responses: {}, handle: () => ({}) });

describe('The OpenAPI document', () => {
  const document = openApi('orders', '0.1.0', routes) as {
    paths: Record<
      string,
      Record<
        string,
        {
          operationId: string;
          parameters?: { name: string; in: string; required: boolean }[];
          requestBody?: unknown;
          security?: unknown;
          responses: Record<string, unknown>;
        }
      >
    >;
  };

  it('has the parameters, the body and the answers of a route from its schemas', () => {
    const operation = document.paths['/api/carts/{id}/items']?.['post'];
    expect(operation?.parameters?.map(({ name, in: place, required }) => [name, place, required])).to.deep.equal([
      ['id', 'path', true],
      ['dry', 'query', false],
      ['idempotency-key', 'header', false],
    ]);
    expect(operation?.responses).to.have.all.keys('201', '409', 'default');
    expect(operation).to.deep.include({
      security: [{ bearer: [] }, { apiKey: [] }],
      'x-permission': 'orders.fulfil',
      'x-roles': ['staff', 'admin'],
    });
  });

  it('gives every operation a name of its own', () => {
    const ids = Object.values(document.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
    expect(ids).to.deep.equal(['post_api_carts_id_items', 'get_api_me', 'post_api_hook']);
  });

  it('says that a body that is taken as it comes is any', () => {
    expect(document.paths['/api/hook']?.['post']?.requestBody).to.deep.equal({ required: true, content: { '*/*': {} } });
  });

  it('is plain JSON, and shown on a page that asks no other host and runs no text of a schema', () => {
    expect(JSON.parse(JSON.stringify(document))).to.deep.equal(document);
    const page = docsPage(document);
    expect(page).to.include('Add &lt;a&gt; SKU').and.include('For staff').and.include('For signed-in users');
    expect(page).not.to.match(/<script|https?:\/\//);
  });
});
