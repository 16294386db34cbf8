import { setTimeout as delay } from 'node:timers/promises';
import { openInstance } from '@cartwright/local/instance/instance';
import { expect } from 'chai';
import { runningStack } from '../stack.ts';
import { hangingOf } from './hanging.ts';

/** Components whose store may hang, as `components/resiliency.yaml` guards them: asked through the sidecar of a service that has them. */
const guarded = [
  { component: 'carts', store: 'redis', service: 'orders', failures: 11, timeoutMs: 1500, openMs: 1000 },
  { component: 'stock', store: 'postgres', service: 'inventory', failures: 11, timeoutMs: 1500, openMs: 1000 },
  { component: 'cache', store: 'redis', service: 'catalog', failures: 21, timeoutMs: 500, openMs: 5000 },
] as const;

describe('The circuit breaker of a component whose store hangs', () => {
  const { instance, services } = runningStack();
  const { hang, letGo } = hangingOf(instance);
  const { ports } = openInstance({ name: instance });
  afterEach(letGo);

  async function ask(service: string, path: string): Promise<{ status: number; ms: number; text: string }> {
    const { daprHttpUrl = '', daprToken = '' } = services[service] ?? {};
    const began = performance.now();
    const answer = await fetch(`${daprHttpUrl}${path}`, { headers: { 'dapr-api-token': daprToken }, signal: AbortSignal.timeout(20_000) });
    const text = await answer.text();
    return { status: answer.status, ms: performance.now() - began, text };
  }

  /** How often the sidecar opened a circuit. */
  async function opened(service: 'orders' | 'inventory' | 'catalog', target: string): Promise<number> {
    const metrics = await (await fetch(`http://127.0.0.1:${String(ports.apps[service].metrics)}/metrics`)).text();
    const lines = metrics
      .split('\n')
      .filter((line) => line.startsWith('dapr_resiliency_activations_total') && line.includes(`target="${target}"`))
      .filter((line) => line.includes('policy="circuitbreaker"') && line.includes('status="open"'));
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }

  for (const { component, store, service, failures, timeoutMs, openMs } of guarded) {
    it(`${component}: nobody waits for it after ${String(failures)} have, and it is tried again by itself`, async function () {
      this.timeout(60_000);
      const path = `/v1.0/state/${component}/circuit-breaker-test`;
      const well = await ask(service, path);
      expect(well.status, well.text).to.be.oneOf([200, 204]);
      const before = await opened(service, `Statestore_${component}`);
      hang(store);
      const waited = await Promise.all(Array.from({ length: failures }, () => ask(service, path)));
      for (const { status, ms } of waited) {
        expect(status).to.be.at.least(500);
        expect(ms).to.be.below(timeoutMs + 3000);
      }
      const next = [];
      for (let count = 0; count < 9; count++) next.push(await ask(service, path));
      const refused = next.filter(({ text }) => text.includes('circuit breaker is open'));
      expect(refused.length, JSON.stringify(next)).to.be.at.least(5); // the others tried whether it is there again
      for (const { ms } of refused) expect(ms).to.be.below(timeoutMs / 2);
      expect(await opened(service, `Statestore_${component}`)).to.be.greaterThan(before);
      letGo();
      const deadline = Date.now() + openMs + 5000;
      while ((await ask(service, path)).status >= 500) {
        expect(Date.now(), 'it is not tried again').to.be.below(deadline);
        await delay(100);
      }
    });
  }
});

describe('Requests that are refused', () => {
  it('shut nobody else out, however many come one after the other', async () => {
    const { services } = runningStack();
    const { daprHttpUrl = '', daprToken = '' } = services['notifications'] ?? {};
    const ask = async (path: string): Promise<number> => {
      const answer = await fetch(`${daprHttpUrl}/v1.0/invoke/catalog/method${path}`, { headers: { 'dapr-api-token': daprToken } });
      await answer.arrayBuffer();
      return answer.status;
    };
    for (let round = 0; round < 25; round++) {
      const statuses = await Promise.all(Array.from({ length: 20 }, () => ask('/api/catalog/nothing-here')));
      expect(new Set(statuses)).to.deep.equal(new Set([404]));
    }
    expect(await ask('/api/catalog/products?limit=1')).to.equal(200);
  }).timeout(60_000);
});
