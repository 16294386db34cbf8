import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseAllDocuments } from 'yaml';

const root = join(import.meta.dirname, '../..');

interface Declared {
  readonly spec: { readonly topic: string; readonly routes: { readonly default: string; readonly rules?: unknown } };
  readonly scopes: readonly string[];
}

function declaredFor(app: string): Declared[] {
  const folder = join(root, 'components/subscriptions');
  return readdirSync(folder)
    .flatMap((file) => parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map((document) => document.toJS() as Declared))
    .filter(({ scopes }) => scopes.includes(app));
}

/** The topics that the service's code subscribes to. */
function handledBy(app: string): string[] {
  const source = readFileSync(join(root, `services/${app}/app.ts`), 'utf8');
  return [...source.matchAll(/subscription\(\{\s*topic: '(\w+)'/g)].map(([, topic]) => topic ?? '');
}

describe('Subscriptions', () => {
  for (const app of ['auth', 'catalog', 'orders', 'payments', 'inventory', 'notifications']) {
    it(`of ${app} are what it handles: a batch that the app answers by 404 would be lost, and one not declared never comes`, () => {
      expect(declaredFor(app).map(({ spec }) => spec.topic)).to.have.members(handledBy(app));
    });

    it(`of ${app} have one route a topic and no rules, since rules in bulk run in no order`, () => {
      for (const { spec } of declaredFor(app)) {
        expect(spec.routes).to.deep.equal({ default: `/events/${spec.topic}` });
      }
    });
  }
});
