// What somebody is told, as it comes: server-sent events read by fetch, because an EventSource sends no access token.
import { open, session } from './api.js';
import { pause } from './dom.js';

const [soonMs, longestMs] = [1000, 30_000];

/** Takes complete events out of a text that grows; answers them and the rest. */
export function eventsIn(text) {
  const blocks = text.split('\n\n');
  const rest = blocks.pop();
  const events = blocks.flatMap((block) => {
    const fields = Object.fromEntries(
      block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    );
    return fields.data === undefined ? [] : [{ id: fields.id, event: fields.event, data: JSON.parse(fields.data) }];
  });
  return { events, rest };
}

/**
 * Follows the stream of whoever is signed in until the signal aborts: reconnects where it breaks, and goes on after the last event that came.
 * `on` is told each event.
 */
export async function followLive(signal, on) {
  let lastId;
  let waitMs = soonMs;
  while (!signal.aborted && session() !== null) {
    try {
      const headers = { accept: 'text/event-stream', ...(lastId === undefined ? {} : { 'last-event-id': lastId }) };
      const response = await open('GET', '/api/notifications/stream', undefined, { headers, signal });
      await read(response, (event) => {
        lastId = event.id ?? lastId;
        waitMs = soonMs;
        on(event);
      });
    } catch (error) {
      if (signal.aborted || error.status === 401) return;
    }
    await pause(waitMs, signal);
    waitMs = Math.min(waitMs * 2, longestMs);
  }
}

async function read(response, on) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const { events, rest } = eventsIn(text + decoder.decode(value, { stream: true }));
    text = rest;
    for (const event of events) on(event);
  }
}
