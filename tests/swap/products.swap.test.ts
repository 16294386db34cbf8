import { expect } from 'chai';
import { connect } from 'node:net';
import pg from 'pg';
import { Customer } from '../shop/client.ts';
import { runningStack } from '../stack.ts';

// After this file the purchases of services/orders/test/purchase.integration.test.ts are made once more (dapr/testing/select.ts).
describe('The platform with other components', () => {
  const { services, stores } = runningStack();

  async function productsOf(app: string): Promise<Record<string, string>> {
    const service = services[app];
    if (service === undefined) throw new Error(`There is no ${app}`);
    const response = await fetch(`${service.daprHttpUrl}/v1.0/metadata`, { headers: { 'dapr-api-token': service.daprToken } });
    const { components } = (await response.json()) as { components: { name: string; type: string }[] };
    return Object.fromEntries(components.map(({ name, type }) => [name, type]));
  }

  it('has its events on Redis Streams and its carts on Postgres, as the sidecars say', async () => {
    expect(await productsOf('orders')).to.include({ pubsub: 'pubsub.redis', carts: 'state.postgresql', cache: 'state.redis' });
    for (const app of ['auth', 'catalog', 'payments', 'inventory', 'notifications']) {
      expect(await productsOf(app), app).to.include({ pubsub: 'pubsub.redis' });
    }
  });

  it('has no Kafka to fall back to', async () => {
    const [broker = ''] = stores.kafkaBrokers;
    const { hostname, port } = new URL(`tcp://${broker}`);
    const outcome = await new Promise((resolve) => {
      const socket = connect(Number(port), hostname);
      socket.once('connect', () => {
        socket.destroy();
        resolve('connected');
      });
      socket.once('error', (error: NodeJS.ErrnoException) => {
        resolve(error.code);
      });
    });
    expect(outcome).to.equal('ECONNREFUSED');
  });

  it('writes a cart to Postgres', async () => {
    const { id } = await new Customer(services['orders']?.url ?? '').ask<{ id: string }>('POST', '/api/carts', {});
    const client = new pg.Client({ connectionString: stores.postgres['dapr_state'] });
    await client.connect();
    try {
      const { rows } = await client.query<{ key: string }>('select key from carts_state where key like $1', [`%||${id}||%`]);
      expect(rows).to.have.length(1);
    } finally {
      await client.end();
    }
  });
});
