// A service of its own process, for tests of start and end. It tells what it does on its standard output, one line each.
import { Type } from 'typebox';
import { eventStream } from '../http/event-stream.ts';
import { route } from '../http/route.ts';
import { serve, startKernel } from '../service.ts';

const kernel = await startKernel('orders');
for (const name of ['first', 'second']) {
  kernel.onClose(name, () => {
    console.log(`closed ${name}`);
    return name === 'first' ? Promise.resolve() : Promise.reject(new Error('cannot be closed'));
  });
}
let finish: () => void = () => undefined;
await serve(kernel, {
  routes: [
    route({
      method: 'GET',
      path: '/api/slow',
      summary: 'Answers when the service is ending',
      access: 'anyone',
      responses: { 200: Type.Object({ done: Type.Boolean() }) },
      handle: () =>
        new Promise((done) => {
          console.log('slow began');
          finish = () => {
            done({ body: { done: true } });
          };
        }),
    }),
    route({
      method: 'GET',
      path: '/api/stream',
      summary: 'Never ends by itself',
      access: 'anyone',
      responses: { 200: null },
      handle: () => eventStream(kernel.draining).reply,
    }),
    route({
      method: 'POST',
      path: '/api/forget',
      summary: 'Leaves a rejected promise behind',
      access: 'anyone',
      responses: { 204: null },
      handle: () => {
        void Promise.reject(new Error('nobody looked'));
        return {};
      },
    }),
  ],
});
kernel.draining.addEventListener('abort', () => {
  finish();
});
console.log('listening');
