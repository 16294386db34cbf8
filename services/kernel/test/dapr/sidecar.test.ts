import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { SidecarUnavailable, isTransient } from '../../dapr/errors.ts';
import { connectSidecar } from '../../dapr/sidecar.ts';
import type { Sidecar } from '../../dapr/sidecar.ts';

describe('What a sidecar answers for a service that was killed while it worked', () => {
  let server: Server;
  let sidecar: Sidecar;
  let answer: (response: ServerResponse) => void;
  before(async () => {
    server = createServer((_, response) => {
      answer(response);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    sidecar = connectSidecar({ daprHttpPort: (server.address() as AddressInfo).port, daprToken: 't', appToken: 'a' });
  });
  after(async () => {
    await sidecar.close();
    server.closeAllConnections();
    server.close();
  });

  const failure = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      (value) => ({ value }),
      (error: unknown) => error,
    );

  it('is no answer of that service: success without a word', async () => {
    answer = (response) => response.end();
    const error = await failure(sidecar.invoke('orders', { method: 'GET', path: '/internal/orders/1/contact' }));
    expect(error).to.be.instanceOf(SidecarUnavailable);
    expect(isTransient(error)).to.equal(true);
  });

  it('is told from a service that has nothing to say', async () => {
    answer = (response) => response.writeHead(204, { 'x-request-id': 'r1' }).end();
    expect(await failure(sidecar.invoke('orders', { method: 'DELETE', path: '/x' }))).to.deep.equal({ value: undefined });
  });

  it('is no answer of an actor', async () => {
    answer = (response) => response.end();
    const error = await failure(sidecar.actors.invoke('Cart', '1', 'seal', {}));
    expect(error).to.be.instanceOf(SidecarUnavailable);
    expect(isTransient(error)).to.equal(true);
  });
});
