// The least that Koa allows: one answer of so many bytes, whatever is asked. A process of its own, as a service is; ends with its parent.
import { createServer } from 'node:http';
import Koa from 'koa';

const bytes = Buffer.from(JSON.stringify('x'.repeat(Number(process.argv[2]) - 2)));
const app = new Koa();
app.use((ctx) => {
  ctx.type = 'application/json; charset=utf-8';
  ctx.body = bytes;
});
const handle = app.callback();
const server = createServer((request, response) => void handle(request, response));
server.listen(0, '127.0.0.1', () => process.send?.(server.address()));
process.on('disconnect', () => {
  process.exit();
});
