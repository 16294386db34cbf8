import { expect } from 'chai';
import type { Readable } from 'node:stream';
import { once } from 'node:events';
import { route } from '../../http/route.ts';
import { eventStream } from '../../http/event-stream.ts';
import type { EventStream } from '../../http/event-stream.ts';
import { kernelForTests, listen } from '../kernel-for-tests.ts';

function readableOf(stream: EventStream): Readable {
  return stream.reply.stream!;
}

async function allOf(stream: EventStream): Promise<string> {
  let text = '';
  for await (const chunk of readableOf(stream)) text += String(chunk);
  return text;
}

describe('An event stream', () => {
  it('writes events as browsers read them, and no field can break out of its line', async () => {
    const stream = eventStream(new AbortController().signal);
    stream.send({ id: '1\ndata: x', event: 'order', data: { status: 'confirmed', note: 'a\nb' } });
    stream.end();
    stream.send({ data: 'too late' });
    expect(await allOf(stream)).to.equal('retry: 2000\n\nid: 1 data: x\nevent: order\ndata: {"status":"confirmed","note":"a\\nb"}\n\n');
  });

  it('keeps the connection busy while nothing happens', async () => {
    const stream = eventStream(new AbortController().signal, 1);
    readableOf(stream).on('data', (chunk) => {
      if (String(chunk).includes(': still here')) stream.end();
    });
    await once(readableOf(stream), 'close');
  });

  it('ends with the service, also when that is ending already', async () => {
    const draining = new AbortController();
    const stream = eventStream(draining.signal);
    draining.abort();
    expect(await allOf(stream)).to.equal('retry: 2000\n\n');
    expect(await allOf(eventStream(draining.signal))).to.equal('');
  });

  it('lets a client go that does not read', async () => {
    const stream = eventStream(new AbortController().signal);
    const ended = new Promise<void>((done) => {
      stream.onEnd(done);
    });
    for (let sent = 0; sent < 20; sent++) stream.send({ data: 'x'.repeat(100_000) });
    await ended;
  });

  it('is told when the client has gone', async () => {
    const opened: EventStream[] = [];
    const listening = await listen(kernelForTests(), {
      routes: [
        route({
          method: 'GET',
          path: '/api/stream',
          summary: '',
          access: 'anyone',
          responses: { 200: null },
          handle: () => {
            const stream = eventStream(new AbortController().signal);
            opened.push(stream);
            return stream.reply;
          },
        }),
      ],
    });
    const leaving = new AbortController();
    const response = await fetch(`${listening.url}/api/stream`, { signal: leaving.signal });
    expect(response.headers.get('content-type')).to.match(/^text\/event-stream/);
    const gone = new Promise<void>((done) => {
      opened[0]?.onEnd(done);
    });
    leaving.abort();
    await gone;
    await listening.close();
  });
});
