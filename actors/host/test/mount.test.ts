import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Router from '@koa/router';
import { expect } from 'chai';
import Koa from 'koa';
import type { ActorHost } from '../host.ts';
import { mountActors } from '../mount.ts';
import { Counters } from './counters-for-tests.ts';

describe('Actors on Koa', () => {
  let counters: Counters;
  let host: ActorHost;
  let url: string;
  let close: () => void;

  beforeEach(async () => {
    counters = new Counters();
    ({ host } = counters);
    const router = new Router();
    mountActors(router, host);
    const app = new Koa();
    app.use(async (ctx, next) => {
      await next().catch((error: unknown) => {
        ctx.status = (error as { status?: number }).status ?? 500;
      });
    });
    app.use(router.routes());
    const handle = app.callback();
    const server = createServer((request, response) => void handle(request, response));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    close = () => {
      server.close();
      server.closeAllConnections();
    };
  });
  afterEach(() => {
    close();
  });

  const put = (path: string, body?: unknown): Promise<Response> =>
    fetch(url + path, { method: 'PUT', ...(body === undefined ? {} : { body: JSON.stringify(body) }) });

  it('speaks the contract of the sidecar', async () => {
    expect(await (await put('/actors/Counter/a/method/add', { by: 4 })).json()).to.deep.equal({ ok: 4 });
    expect((await put('/actors/Counter/a/method/remind/tick', { data: 'hello', dueTime: '1s', period: '1h' })).status).to.equal(200);
    expect(counters.reminded).to.deep.equal([['tick', 'hello']]);
    expect((await fetch(`${url}/actors/Counter/a`, { method: 'DELETE' })).status).to.equal(200);
    expect((await fetch(`${url}/actors/Counter/unknown`, { method: 'DELETE' })).status).to.equal(200);
  });

  it('answers 404 for what is not on the list, 500 for a turn that failed, and a refusal as an answer', async () => {
    expect((await put('/actors/Counter/a/method/constructor', null)).status).to.equal(404);
    expect((await fetch(`${url}/actors/Counter/a/method/add`, { method: 'PUT', body: '{' })).status).to.equal(400);
    expect((await put('/actors/Counter/a/method/timer/tick')).status).to.equal(404);
    expect((await put('/actors/Counter/a/method/remind/tock', {})).status).to.equal(404);
    expect((await put('/actors/Counter/a/method/writeTwoThenThrow', null)).status).to.equal(500);
    expect(await (await put('/actors/Counter/a/method/refuseAfterWriting', null)).json()).to.deep.include({
      refused: { code: 'sold_out', message: 'Sold out', details: { left: 0 } },
    });
  });
});
