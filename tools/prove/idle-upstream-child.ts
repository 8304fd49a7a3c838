import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server of models whose streams say a word and go on no more; whole answers never come. */
const choices = [{ index: 0, delta: { role: 'assistant', content: 'Well' }, finish_reason: null }];
const first = { id: 'x', object: 'chat.completion.chunk', created: 1, model: 'small', choices };
let open = 0;

const server = createServer((request, response) => {
  let body = '';
  request.on('data', piece => {
    body += piece;
  });
  request.on('end', () => {
    if (!request.url?.endsWith('/completions')) return void response.writeHead(404).end();
    open++;
    response.on('close', () => open--);
    if (!body.includes('"stream":true')) return;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`data: ${JSON.stringify(first)}\n\n`);
  });
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () =>
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
);
process.on('message', message => {
  if (message === 'end') process.exit(0);
  if (message === 'report') process.send?.({ open });
});
