import { holders } from '@cartwright/auth/adapters/collect-exports';
import { expect } from 'chai';
import { declaredRoutes } from '../contract/authorisation/declared.ts';
import { Customer } from '../shop/client.ts';
import { runningStack } from '../stack.ts';
import { eventually, personWithTraces } from './person.ts';
import type { Person } from './person.ts';

type Document = Record<string, Record<string, Record<string, unknown>[]>>;

describe('The export of a person’s data', function () {
  this.timeout(120_000);
  let person: Person;
  before(async () => {
    person = await personWithTraces();
  });

  async function exported(customer: Customer): Promise<Document> {
    await customer.ask('POST', '/api/auth/me/export');
    await eventually(
      'the export is ready',
      () => customer.ask<{ state: string }>('GET', '/api/auth/me/export'),
      ({ state }) => state === 'ready',
    );
    return customer.ask<Document>('GET', '/api/auth/me/export/document');
  }

  it('asks every service that can tell something', () => {
    const able = declaredRoutes().filter(({ name }) => name === 'GET /internal/people/:id/data');
    expect(able.map(({ app }) => app)).to.have.members(holders);
  });

  it('holds all that the person has left anywhere, by service', async () => {
    const { customer, planted, sent, waiting, userId, soldOut } = person;
    const document = await exported(customer);
    const text = JSON.stringify(document);
    const missing = Object.entries(planted).filter(([, value]) => !text.includes(value));
    expect(missing).to.deep.equal([]);
    expect(document['userId']).to.equal(userId);
    const ids = (service: string, kind: string, name: string): unknown[] => (document[service]?.[kind] ?? []).map((item) => item[name]);
    expect(ids('orders', 'orders', 'id')).to.have.members([sent.id, waiting.id]);
    expect(ids('payments', 'payments', 'orderId')).to.have.members([sent.id, waiting.id]);
    expect(ids('notifications', 'messages', 'orderId')).to.include.members([sent.id, waiting.id, null]);
    expect(ids('notifications', 'liveMessages', 'orderId')).to.include.members([sent.id, waiting.id]);
    expect(ids('catalog', 'purchases', 'orderId')).to.have.members([sent.id, waiting.id]);
    expect(document['notifications']).to.have.nested.property('preferences.0.sms.phone', planted.phone);
    expect(ids('notifications', 'backInStock', 'sku')).to.deep.equal([soldOut[1]]);
    expect(ids('catalog', 'reviews', 'author')).to.deep.equal([planted.author]);
    const [order] = document['orders']?.['orders'] ?? [];
    expect(order).to.have.nested.property('contact.shippingAddress.line1', planted.street);
    expect(order).to.have.nested.property('events.0.type', 'OrderPlaced');
    expect(text).not.to.match(/argon2|tokenHash|tok_ok/);
  });

  it('holds nothing of anybody else', async () => {
    const other = new Customer(runningStack().gatewayUrl);
    await other.register(`other-${person.userId}@example.test`, 'Somebody Else');
    const text = JSON.stringify(await exported(other));
    const { planted, sent, waiting } = person;
    expect([...Object.values(planted), sent.id, waiting.id].filter((value) => text.includes(value))).to.deep.equal([]);
    expect(text).to.include('Somebody Else');
  });
});
