import { sidecarOf, stackService } from '@cartwright/kernel/test/dapr/stack';
import { expect } from 'chai';
import { setTimeout as delay } from 'node:timers/promises';

const night = '0 17 3 * * *';

describe('payments of the running stack', () => {
  const { daprHttpUrl, daprToken, url } = stackService('payments');
  const sidecar = sidecarOf('payments');
  after(() => sidecar.close());

  /** When the latest reconciliation by the scheduler began. */
  async function lastByClock(): Promise<string> {
    const login = await fetch(`${stackService('auth').url}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'staff@cartwright.test', password: 'staff-Passw0rd!' }),
    });
    const { accessToken } = (await login.json()) as { accessToken: string };
    const answer = await fetch(`${url}/api/payments/reconciliations`, { headers: { authorization: `Bearer ${accessToken}` } });
    const { items } = (await answer.json()) as { items: { askedBy: string; startedAt: string }[] };
    return items.find(({ askedBy }) => askedBy === 'schedule')?.startedAt ?? '';
  }

  it('are reconciled when the scheduler says so, which is each night', async () => {
    const job = await fetch(`${daprHttpUrl}/v1.0-alpha1/jobs/reconcile-payments`, { headers: { 'dapr-api-token': daprToken } });
    expect(await job.json()).to.include({ name: 'reconcile-payments', schedule: night });
    const before = await lastByClock();
    try {
      await sidecar.schedule('reconcile-payments', '* * * * * *');
      const deadline = Date.now() + 20_000;
      while ((await lastByClock()) === before) {
        if (Date.now() > deadline) throw new Error('The scheduler did not call');
        await delay(500);
      }
    } finally {
      await sidecar.schedule('reconcile-payments', night);
    }
  });
});
