import { OrderCancelled } from '@cartwright/kernel/events/order-cancelled';
import { OrderConfirmed } from '@cartwright/kernel/events/order-confirmed';
import { OrderPlaced } from '@cartwright/kernel/events/order-placed';
import { UserDeleted } from '@cartwright/kernel/events/user-deleted';
import { expect } from 'chai';
import { v7 } from 'uuid';
import { homeAndLighting, lamp, ndjson } from '../examples.ts';
import { customersData } from '../../routes/person-data.ts';
import { runCatalog } from '../running-catalog.ts';
import type { Answer, RunningCatalog } from '../running-catalog.ts';

describe('What others think of a review', () => {
  let catalog: RunningCatalog;
  before(async () => {
    catalog = await runCatalog();
    await catalog.ask('POST', '/import', { as: 'staff', body: ndjson(...homeAndLighting) });
  });
  after(() => catalog.close());

  async function add(name: string): Promise<string> {
    return (await catalog.ask('POST', '/products', { as: 'staff', body: lamp(name) })).body['id'] as string;
  }
  const customer = (userId = v7()) => ({ userId, role: 'customer' }) as const;
  async function write(id: string, text: string, as = customer(), rating = 4): Promise<Record<string, unknown>> {
    const {
      status,
      body,
      text: said,
    } = await catalog.ask('POST', `/products/${id}/reviews`, { as, body: { author: 'Ada', rating, text } });
    expect(status, said).to.equal(201);
    return body;
  }
  const shown = async (id: string): Promise<Record<string, unknown>[]> =>
    (await catalog.ask('GET', `/products/${id}/reviews`)).body['items'] as Record<string, unknown>[];
  const decide = (id: unknown, body: object): Promise<Answer> =>
    catalog.ask('POST', `/reviews/${String(id)}/decisions`, { as: 'staff', body });

  it('staff reads first what the rules doubt, and approves it or says why not', async () => {
    const id = await add('doubted');
    const author = customer();
    const review = await write(id, 'Cheaper at https://lamps.example', author);
    expect(review).to.include({ status: 'pending', reason: 'holds a link' });
    expect(await shown(id)).to.deep.equal([]);
    expect((await catalog.ask('GET', `/products/${id}`)).body).to.include({ rating: null, reviewCount: 0 });
    expect((await decide(review['id'], { status: 'rejected', revision: 1 })).status, 'without a reason').to.equal(422);
    const rejected = await decide(review['id'], { status: 'rejected', reason: 'Please leave links out.', revision: 1 });
    expect(rejected.body).to.deep.include({ status: 'rejected', revision: 2, product: { slug: 'doubted', title: 'Lamp doubted' } });
    const mine = (await catalog.ask('GET', `/products/${id}/reviews/mine`, { as: author })).body['review'];
    expect(mine).to.include({ status: 'rejected', reason: 'Please leave links out.' });
    await catalog.ask('PATCH', `/reviews/${String(review['id'])}`, { as: author, body: { text: 'Bright.' } });
    expect(await shown(id), 'its author does not approve it').to.deep.equal([]);
    expect((await decide(review['id'], { status: 'approved', revision: 2 })).body['code'], 'another text was read').to.equal(
      'changed_meanwhile',
    );
    expect((await decide(review['id'], { status: 'approved', revision: 3 })).status).to.equal(200);
    expect((await shown(id)).map(({ text }) => text)).to.deep.equal(['Bright.']);
    expect((await catalog.ask('GET', `/products/${id}`)).body).to.include({ rating: 4, reviewCount: 1 });
    expect((await decide(review['id'], { status: 'approved', revision: 4 })).body['code']).to.equal('decided_already');
  });

  it('of two members of staff who decide at once one is told', async () => {
    const review = await write(await add('two-staff'), 'Mail ada@example.org');
    const decisions = [{ status: 'approved' }, { status: 'rejected', reason: 'An address.' }];
    const answers = await Promise.all(decisions.map((decision) => decide(review['id'], { ...decision, revision: 1 })));
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 409]);
  });

  it('three customers who report it take it out of sight, until staff has answered', async () => {
    const id = await add('reported');
    const review = await write(id, 'Rather off topic.');
    const path = `/reviews/${String(review['id'])}/report`;
    const repeated = customer();
    for (const as of [repeated, repeated, customer()])
      expect((await catalog.ask('PUT', path, { as, body: { reason: 'off_topic', note: 'Not of the lamp.' } })).status).to.equal(202);
    expect(await shown(id), 'one who says it twice is one').to.have.length(1);
    await catalog.ask('PUT', path, { as: customer(), body: { reason: 'spam' } });
    expect(await shown(id)).to.deep.equal([]);
    expect((await catalog.ask('GET', `/products/${id}`)).body['reviewCount']).to.equal(0);
    const queue = (await catalog.ask('GET', '/reviews?status=reported&limit=100', { as: 'support' })).body['items'] as {
      id: string;
      revision: number;
      reports: { reason: string; note: string | null }[];
    }[];
    const waiting = queue.find((one) => one.id === review['id']);
    expect(waiting?.reports.map(({ reason }) => reason)).to.have.members(['off_topic', 'off_topic', 'spam']);
    expect((await decide(review['id'], { status: 'approved', revision: waiting?.revision })).body['reports']).to.deep.equal([]);
    expect(await shown(id)).to.have.length(1);
  });

  it('a vote is one a customer, can be changed and taken back, and is none of its author', async () => {
    const id = await add('voted');
    const author = customer();
    const path = `/reviews/${String((await write(id, 'Bright.', author))['id'])}/vote`;
    const [one, two] = [customer(), customer()];
    await catalog.ask('PUT', path, { as: one, body: { helpful: true } });
    await catalog.ask('PUT', path, { as: two, body: { helpful: true } });
    expect((await catalog.ask('PUT', path, { as: two, body: { helpful: false } })).body).to.deep.equal({
      helpful: 1,
      unhelpful: 1,
      myVote: false,
    });
    const seen = (await catalog.ask('GET', `/products/${id}/reviews`, { as: two })).body['items'] as { myVote: boolean | null }[];
    expect(seen.map(({ myVote }) => myVote)).to.deep.equal([false]);
    expect((await catalog.ask('DELETE', path, { as: one })).body).to.deep.equal({ helpful: 0, unhelpful: 1, myVote: null });
    expect((await catalog.ask('PUT', path, { as: author, body: { helpful: true } })).body['code']).to.equal('own_review');
    expect((await catalog.ask('PUT', path, { body: { helpful: true } })).status).to.equal(401);
    const pending = await write(await add('voted-pending'), 'At www.lamps.example');
    expect((await catalog.ask('PUT', `/reviews/${String(pending['id'])}/vote`, { as: one, body: { helpful: true } })).status).to.equal(404);
  });

  it('is that of a buyer when an order of theirs with the product was confirmed, and not cancelled since', async () => {
    const id = await add('bought');
    const as = customer();
    await write(id, 'Bright.', as);
    await write(id, 'Not mine.');
    const orderId = v7();
    const verified = async (): Promise<string[]> =>
      (await shown(id)).filter((one) => one['verified'] === true).map((one) => String(one['text']));
    const place = { aggregateId: orderId };
    await catalog.deliver(OrderPlaced.create({ ...place, aggregateVersion: 1, data: { ...OrderPlaced.example, orderId } }));
    expect(await verified(), 'placed, not confirmed').to.deep.equal([]);
    const confirmed = { ...OrderConfirmed.example, orderId, customerId: as.userId, skus: ['BOUGHT-L'] };
    await catalog.deliver(OrderConfirmed.create({ ...place, aggregateVersion: 2, data: confirmed }));
    expect(await verified()).to.deep.equal(['Bright.']);
    expect((await catalog.ask('GET', `/products/${id}/reviews/mine`, { as })).body['bought']).to.equal(true);
    await catalog.deliver(OrderCancelled.create({ ...place, aggregateVersion: 3, data: { ...OrderCancelled.example, orderId } }));
    expect(await verified()).to.deep.equal([]);
  });

  it('stays when its author is erased, without a name and no longer as that of a buyer', async () => {
    const id = await add('erased');
    const as = customer();
    await write(id, 'Bright.', as);
    const [orderId, late] = [v7(), v7()];
    const confirm = (id: string) =>
      catalog.deliver(
        OrderConfirmed.create({
          ...{ aggregateId: id, aggregateVersion: 1 },
          data: { ...OrderConfirmed.example, orderId: id, customerId: as.userId, skus: ['ERASED-L'] },
        }),
      );
    await confirm(orderId);
    const said = async () => (await customersData(catalog.parts.reviews, catalog.parts.purchases)(as.userId, undefined)).data;
    expect((await said())['reviews'], 'what is handed out to who asks for their data').to.have.nested.property('0.text', 'Bright.');
    const [bought] = (await said())['purchases'] as object[];
    expect(bought, 'who bought what is theirs to know').to.deep.include({ orderId, productIds: [id] });
    const deleted = UserDeleted.create({ aggregateId: as.userId, aggregateVersion: 1, data: { userId: as.userId } });
    expect(await catalog.deliver(deleted)).to.deep.equal(['SUCCESS']);
    expect(await said()).to.deep.equal({ reviews: [], reviewVotes: [], reviewReports: [], purchases: [] });
    expect(await shown(id)).to.deep.include.members([{ ...(await shown(id))[0], author: 'A customer', text: 'Bright.', verified: false }]);
    await confirm(late);
    const kept = await catalog.database.sql('select customer_id from bought_orders where order_id in (?, ?)', [orderId, late]);
    expect(kept).to.deep.equal([{ customer_id: null }, { customer_id: null }]);
    expect((await catalog.ask('GET', `/products/${id}`)).body).to.include({ rating: 4, reviewCount: 1 });
  });

  it('is read by support, decided by staff, and seen by nobody else', async () => {
    const review = await write(await add('who'), 'At www.lamps.example');
    const decision = { status: 'approved', revision: 1 };
    for (const [as, read, decided] of [
      [undefined, 401, 401],
      ['customer', 403, 403],
      ['support', 200, 403],
      ['staff', 200, 200],
    ] as const) {
      expect((await catalog.ask('GET', '/reviews', { as })).status, as).to.equal(read);
      const path = `/reviews/${String(review['id'])}/decisions`;
      expect((await catalog.ask('POST', path, { as, body: decision })).status, as).to.equal(decided);
    }
  });
});
