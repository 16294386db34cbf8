import { expect } from 'chai';
import { appNames, postgresOwners } from '../../instance/apps.ts';
import { portPlan } from '../../instance/ports.ts';
import { secretsOf, storeAddresses } from '../../instance/secrets.ts';
import type { Credentials } from '../../instance/secrets.ts';
import type { Instance } from '../../instance/instance.ts';

const instance: Instance = { name: 'x', root: '/r', folder: '/r/x', cache: '/c', portOffset: 0, ports: portPlan(0), storeMode: 'packages' };
const credentials: Credentials = {
  postgres: Object.fromEntries(
    ['cartwright', 'dapr_state', ...postgresOwners].map((role) => [role, `${role}-password`]),
  ) as Credentials['postgres'],
  redis: 'redis-password',
  authEncryption: 'encryption-key',
  tokens: Object.fromEntries(appNames.map((name) => [name, { app: 'a', dapr: 'd' }])) as Credentials['tokens'],
};
const addresses = storeAddresses(instance, credentials);

describe('secretsOf', () => {
  it('gives a service its own database and nobody else’s', () => {
    const secrets = secretsOf('orders', addresses, credentials, {});
    expect(secrets['orders-postgres-url']).to.equal('postgres://orders:orders-password@127.0.0.1:17432/orders');
    expect(Object.keys(secrets).filter((key) => key.endsWith('-postgres-url'))).to.deep.equal([
      'orders-postgres-url',
      'carts-postgres-url',
    ]);
    expect(JSON.stringify(secretsOf('storefront', addresses, credentials, {}))).not.to.contain('postgres');
  });

  it('gives provider keys only where they are set, and only to the service that calls the provider', () => {
    const environment = { STRIPE_SECRET_KEY: 'sk_test', SENDGRID_API_KEY: '' };
    expect(secretsOf('payments', addresses, credentials, environment)).to.include({ 'stripe-secret-key': 'sk_test' });
    expect(secretsOf('orders', addresses, credentials, environment)).not.to.have.property('stripe-secret-key');
    expect(secretsOf('notifications', addresses, credentials, environment)).not.to.have.property('sendgrid-api-key');
  });

  it('gives the actors’ database to the services that host actors, and to no other', () => {
    for (const name of appNames) {
      const secrets = secretsOf(name, addresses, credentials, {});
      expect('stock-postgres-url' in secrets, name).to.equal(name === 'inventory');
      expect('carts-postgres-url' in secrets, name).to.equal(name === 'orders');
    }
  });

  it('gives auth alone what second factors are encrypted by', () => {
    for (const name of appNames) {
      const expected = name === 'auth' ? 'encryption-key' : undefined;
      expect(secretsOf(name, addresses, credentials, {})['auth-encryption-key'], name).to.equal(expected);
    }
  });
});
