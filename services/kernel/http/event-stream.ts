import { PassThrough } from 'node:stream';
import type { Reply } from './route.ts';

export interface ServerSentEvent {
  /** Comes back in `Last-Event-ID` when the browser reconnects. */
  readonly id?: string;
  readonly event?: string;
  /** Sent as JSON. */
  readonly data: unknown;
}

/** Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) to one client. */
export interface EventStream {
  /** The answer that the handler of the route returns. */
  readonly reply: Reply;
  /** Sends an event; nothing once the stream has ended. */
  send(event: ServerSentEvent): void;
  /** Ends the stream; a browser then reconnects, a client that closed does not. */
  end(): void;
  /** Runs once when the stream has ended, whoever ended it: here one unsubscribes. */
  onEnd(work: () => void): void;
}

const heartbeatMs = 15_000;
/** A client that does not read is let go rather than kept in memory; it reconnects and is told what it missed. */
const mostWaitingBytes = 1024 * 1024;

/** Opens a stream that also ends when the service does (`kernel.draining`). Comments in between keep proxies from closing it. */
export function eventStream(draining: AbortSignal, everyMs = heartbeatMs): EventStream {
  const stream = new PassThrough();
  const end = (): void => {
    stream.end();
  };
  const heartbeat = setInterval(() => {
    write(': still here\n\n');
  }, everyMs);
  function write(text: string): void {
    if (stream.writableEnded || stream.destroyed) return;
    stream.write(text);
    if (stream.writableLength + stream.readableLength > mostWaitingBytes) stream.destroy();
  }
  stream.once('close', () => {
    clearInterval(heartbeat);
    draining.removeEventListener('abort', end);
  });
  if (draining.aborted) end();
  else draining.addEventListener('abort', end, { once: true });
  write('retry: 2000\n\n');
  return {
    reply: {
      status: 200,
      stream,
      headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
    },
    send: ({ id, event, data }) => {
      const lines = [...(id === undefined ? [] : [`id: ${oneLine(id)}`]), ...(event === undefined ? [] : [`event: ${oneLine(event)}`])];
      write([...lines, `data: ${JSON.stringify(data)}`, '', ''].join('\n'));
    },
    end,
    onEnd: (work) => {
      stream.once('close', work);
    },
  };
}

function oneLine(text: string): string {
  return text.replaceAll(/[\r\n\0]/g, ' ');
}
