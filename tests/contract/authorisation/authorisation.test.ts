import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Access } from '@cartwright/kernel/http/access';
import { apiKeyChecker, newApiKey } from '@cartwright/kernel/http/api-keys';
import { route } from '@cartwright/kernel/http/route';
import type { Route } from '@cartwright/kernel/http/route';
import { tokenChecker } from '@cartwright/kernel/http/tokens';
import { appToken, kernelForTests, listen } from '@cartwright/kernel/test/kernel-for-tests';
import type { Listening } from '@cartwright/kernel/test/kernel-for-tests';
import { targetOf } from '@cartwright/storefront/gateway/targets';
import { expect } from 'chai';
import { exportJWK, generateKeyPair } from 'jose';
import { Type } from 'typebox';
import { v7 } from 'uuid';
import { callbacksOf, declaredApps, declaredRoutes, isRuledByRole } from './declared.ts';
import { ownership } from './ownership.ts';
import { allTokens, doorOf, headersOf, keyPermissions, principals } from './principals.ts';

const root = join(import.meta.dirname, '../../..');
const declared = declaredRoutes();
const apps = Object.keys(declaredApps());

/** The route as it is declared, with nothing behind its door. */
function doorAlone({ method, path, access }: Route): Route {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => [name ?? '', Type.String()] as const);
  const params = Type.Object(Object.fromEntries(names));
  return route({ method, path, summary: 'A door', access, params, responses: { 204: null }, handle: () => ({ status: 204 }) });
}

function addressOf(path: string): string {
  return path.replaceAll(/:\w+/g, 'x');
}

describe('Authorisation', () => {
  it('is told for every service that there is', () => {
    const services = readdirSync(join(root, 'services')).filter((name) => existsSync(join(root, 'services', name, 'app.ts')));
    expect([...apps, 'storefront']).to.have.members(services); // the storefront hands on what others decide
  });

  it('has one row in the table of ownership for each route that its declared rule opens to anyone or to all who are signed in', () => {
    const needed = declared.filter(({ route: { access } }) => !isRuledByRole(access)).map(({ name }) => name);
    expect(Object.keys(ownership)).to.have.members(needed);
  });

  it('names a row’s thing wherever a path names one: nothing that has an id is one’s own by being signed in alone', () => {
    const rows = declared.filter(({ route: { access, path } }) => access === 'signed-in' && path.includes(':'));
    const unnamed = rows.filter(({ name }) => typeof ownership[name] === 'string').map(({ name }) => name);
    // The product, the SKU, and the review that is shown, are everybody's; what one says of it, or asks about it, is one's own.
    expect(unnamed).to.have.members([
      'POST /api/catalog/products/:id/reviews',
      'GET /api/catalog/products/:id/reviews/mine',
      'PUT /api/catalog/reviews/:id/vote',
      'DELETE /api/catalog/reviews/:id/vote',
      'PUT /api/catalog/reviews/:id/report',
      'DELETE /api/notifications/back-in-stock/:sku',
    ]);
  });

  it('is asked for by the gateway where a path is public, and internal paths are nobody’s there', () => {
    for (const {
      app,
      route: { path },
    } of declared) {
      const target = targetOf(addressOf(path));
      expect(typeof target === 'object' ? target.app : target, path).to.equal(path.startsWith('/internal/') ? undefined : app);
    }
  });

  it('leaves out of production what is for local machines only', () => {
    const left = new Set(declaredRoutes('production').map(({ name }) => name));
    const local = Object.keys(ownership).filter((name) => ownership[name] === 'local');
    expect(local.filter((name) => left.has(name))).to.deep.equal([]);
  });

  for (const app of apps) {
    describe(`at the doors of ${app}`, () => {
      let listening: Listening;
      let tokens: Awaited<ReturnType<typeof allTokens>>;
      const routes = declared.filter((one) => one.app === app).map((one) => one.route);

      before(async () => {
        const { publicKey, privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
        const jwk = { ...(await exportJWK(publicKey)), kid: 'ours', alg: 'EdDSA' };
        tokens = await allTokens({ kid: 'ours', privateKey });
        const checkToken = tokenChecker({ fetchKeys: () => Promise.resolve({ keys: [jwk] }), isRevoked: () => Promise.resolve(false) });
        const { key, hash } = newApiKey();
        tokens = { ...tokens, 'API key': key };
        const known = { id: v7(), permissions: keyPermissions };
        const checkKey = apiKeyChecker({ ask: (proof) => Promise.resolve(proof.hash === hash ? known : undefined) });
        listening = await listen(kernelForTests({ checkToken, checkKey }), {
          ...declaredApps()[app],
          checkKey,
          routes: routes.map(doorAlone),
        });
      });
      after(() => listening.close());

      async function statusOf(method: string, path: string, headers: Record<string, string>): Promise<number> {
        const response = await fetch(listening.url + addressOf(path), { method, headers });
        await response.arrayBuffer();
        return response.status;
      }

      for (const principal of principals) {
        it(`${principal}: let in where the rule says so, refused everywhere else`, async () => {
          const told: Record<string, unknown> = {};
          const expected: Record<string, unknown> = {};
          const headers = headersOf(principal, { tokens, orderKey: 'whatever' });
          for (const { method, path, access } of routes) {
            const status = await statusOf(method, path, headers);
            told[`${method} ${path}`] = status === 204 ? 'in' : status;
            expected[`${method} ${path}`] = doorOf(access, principal);
          }
          expect(told).to.deep.equal(expected);
        });

        it(`${principal}: not let in where only the service's own sidecar may call`, async () => {
          const headers = headersOf(principal, { tokens, orderKey: 'whatever' });
          for (const path of callbacksOf(declaredApps()[app]!)) {
            for (const method of ['GET', 'POST', 'PUT']) expect(await statusOf(method, path, headers), `${method} ${path}`).to.equal(403);
          }
        });
      }

      it('services: let in where they are named, by their own sidecars’ word; others, and whoever invents that word, are told of no such route', async () => {
        const internal = routes.filter((one): one is Route & { access: { callers: readonly string[] } } => isForCallers(one.access));
        for (const { method, path, access } of internal) {
          for (const caller of [...apps, 'storefront', 'invented']) {
            const headers = { 'dapr-api-token': appToken, 'dapr-caller-app-id': caller };
            const status = access.callers.includes(caller) ? 204 : 404;
            expect(await statusOf(method, path, headers), `${caller}: ${method} ${path}`).to.equal(status);
            const invented = { ...headers, 'dapr-api-token': 'invented' };
            expect(await statusOf(method, path, invented), `${caller} without the token: ${method} ${path}`).to.equal(404);
          }
        }
      });
    });
  }
});

function isForCallers(access: Access): access is { callers: readonly string[] } {
  return typeof access === 'object' && 'callers' in access;
}
