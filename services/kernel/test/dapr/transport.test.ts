import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { RemoteProblem, SidecarError, SidecarUnavailable, isTransient } from '../../dapr/errors.ts';
import { Transport, sidecarError } from '../../dapr/transport.ts';
import { inContext } from '../../telemetry/context.ts';

describe('The transport to the sidecar', () => {
  let server: Server;
  let transport: Transport;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  before(async () => {
    server = createServer((request, response) => {
      answer(request, response);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    transport = new Transport((server.address() as AddressInfo).port, 'the-token');
  });
  after(async () => {
    await transport.close();
    server.closeAllConnections();
    server.close();
  });

  it('shows the token, and carries trace and request on', async () => {
    let seen: IncomingMessage['headers'] = {};
    answer = (request, response) => {
      seen = request.headers;
      response.end('ok');
    };
    const trace = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', sampled: true, state: 'vendor=1' };
    await inContext({ requestId: 'r1', trace }, () => transport.send({ method: 'GET', path: '/', timeoutMs: 1000 }));
    expect(seen).to.include({
      'dapr-api-token': 'the-token',
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      tracestate: 'vendor=1',
      'x-request-id': 'r1',
    });
  });

  async function failure(work: Promise<unknown>): Promise<unknown> {
    return work.then(
      () => undefined,
      (error: unknown) => error,
    );
  }

  it('waits no longer than it was told, for the answer and within it', async () => {
    answer = () => undefined;
    expect(await failure(transport.send({ method: 'GET', path: '/', timeoutMs: 20 }))).to.be.instanceOf(SidecarUnavailable);
    answer = (_, response) => void response.write('begun');
    expect(await failure(transport.send({ method: 'GET', path: '/', timeoutMs: 20 }))).to.be.instanceOf(SidecarUnavailable);
  });

  it('says so when the connection breaks in the middle of the answer', async () => {
    answer = (request, response) => {
      response.write('begun', () => request.socket.destroy());
    };
    expect(await failure(transport.send({ method: 'GET', path: '/', timeoutMs: 1000 }))).to.be.instanceOf(SidecarUnavailable);
  });

  it('lets a streamed answer go on for longer than its beginning may take', async () => {
    let goOn: () => void = () => undefined;
    answer = (_, response) => {
      response.write('a');
      goOn = () => response.end('b');
    };
    const { body } = await transport.stream({ method: 'GET', path: '/', timeoutMs: 1000, idleTimeoutMs: 0 });
    goOn();
    let text = '';
    for await (const chunk of body) text += String(chunk);
    expect(text).to.equal('ab');
  });

  it('ends a call whose client has gone', async () => {
    const gone = new AbortController();
    answer = () => {
      gone.abort();
    };
    expect(await failure(transport.send({ method: 'GET', path: '/', timeoutMs: 5000, signal: gone.signal }))).to.be.instanceOf(Error);
  });
});

describe('Errors of the sidecar', () => {
  const answer = (status: number, text: string) => ({ status, text, headers: {} });

  it('carry its code and message', () => {
    const error = sidecarError('State carts', answer(500, '{"errorCode":"ERR_STATE_GET","message":"dial tcp"}'));
    expect(error).to.include({ status: 500, code: 'ERR_STATE_GET', message: 'State carts: 500 dial tcp' });
    expect(sidecarError('x', answer(401, 'invalid api token'))).to.include({ code: 'unknown', message: 'x: 401 invalid api token' });
  });

  it('are worth another try where nothing was said about the request itself', () => {
    const worth = [
      new SidecarUnavailable(),
      new SidecarError('', 500, ''),
      new RemoteProblem('a', 503, '', ''),
      new RemoteProblem('a', 429, '', ''),
    ];
    const vain = [new SidecarError('', 400, ''), new RemoteProblem('a', 404, '', ''), new Error('x'), undefined];
    expect(worth.map(isTransient)).to.deep.equal([true, true, true, true]);
    expect(vain.map(isTransient)).to.deep.equal([false, false, false, false]);
  });
});
