import { expect } from 'chai';

interface Event {
  id?: string;
  event?: string;
  data: unknown;
}

// The shop's module is plain JavaScript, as browsers load it; what it imports touches no browser until it is used.
const { eventsIn } = (await import(new URL('../../web/live.js', import.meta.url).href)) as {
  eventsIn: (text: string) => { events: Event[]; rest: string };
};

describe('a stream of server-sent events', () => {
  it('is taken apart where events are complete, and the rest is kept', () => {
    const { events, rest } = eventsIn('retry: 2000\n\n: still here\n\nid: 7\nevent: message\ndata: {"title":"a: b"}\n\nid: 8\nevent: mes');
    expect(events).to.deep.equal([{ id: '7', event: 'message', data: { title: 'a: b' } }]);
    expect(rest).to.equal('id: 8\nevent: mes');
  });
});
