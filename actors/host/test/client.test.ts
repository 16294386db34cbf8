import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectSidecar } from '@cartwright/kernel/dapr/sidecar';
import type { Sidecar } from '@cartwright/kernel/dapr/sidecar';
import { expect } from 'chai';
import { actorClient } from '../client.ts';
import { Counter } from './counters-for-tests.ts';

describe('A client of actors', () => {
  let server: Server;
  let sidecar: Sidecar;
  let asked: string[];
  before(async () => {
    server = createServer(({ method, url, headers }, response) => {
      asked.push(`${String(method)} ${String(url)} ${String(headers['dapr-api-token'])}`);
      response.end('{"ok":1}');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });
  beforeEach(() => {
    asked = [];
    sidecar = connectSidecar({ daprHttpPort: (server.address() as AddressInfo).port, daprToken: 't', appToken: 'a' });
  });
  afterEach(() => sidecar.close());
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  it('asks the sidecar for the turn alone: for its metadata neither at first, nor for a new actor, nor for a new type', async () => {
    const other = { ...Counter, type: 'Other' };
    for (const id of ['one', 'two']) {
      expect(await actorClient(sidecar, Counter, id).add({ by: 1 })).to.equal(1);
      expect(await actorClient(sidecar, other, id).add({ by: 1 })).to.equal(1);
    }
    expect(asked).to.deep.equal(
      ['Counter/one', 'Other/one', 'Counter/two', 'Other/two'].map((actor) => `PUT /v1.0/actors/${actor}/method/add t`),
    );
  });
});
