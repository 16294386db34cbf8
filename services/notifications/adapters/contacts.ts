import { RemoteProblem } from '@cartwright/kernel/dapr/errors';
import type { Sidecar } from '@cartwright/kernel/dapr/sidecar';
import type { Contact, Contacts } from '../ports.ts';

/** Contacts, asked from the services that keep personal data, each time: nothing of them is stored here. */
export function contactsOver(dapr: Pick<Sidecar, 'invoke'>): Contacts {
  async function ask(app: string, path: string): Promise<Contact | undefined> {
    try {
      return await dapr.invoke<Contact>(app, { method: 'GET', path });
    } catch (error) {
      // The service itself says so. Its absence, or a proxy's 404, is something else.
      if (error instanceof RemoteProblem && error.status === 404 && error.code === 'not_found') return undefined;
      throw error;
    }
  }
  return {
    ofOrder: (orderId) => ask('orders', `/internal/orders/${orderId}/contact`),
    ofUser: (userId) => ask('auth', `/internal/users/${userId}/contact`),
  };
}
