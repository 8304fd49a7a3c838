import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { heavyAnswers, lightAnswers, plainAnswer } from './bounds/answers.ts';

/** A server that answers as the prompt says: `ATTACK(name)`; anything else as servers do. */
const server = createServer((request, response) => {
  response.on('error', () => {});
  const pieces: Buffer[] = [];
  request.on('data', piece => pieces.push(piece));
  request.on('end', () => answer(request, response, Buffer.concat(pieces).toString()));
});

function answer({ url = '' }: IncomingMessage, response: ServerResponse, body: string): void {
  const isOllama = url.endsWith('/api/chat');
  if (!isOllama && !url.includes('/chat/completions') && !url.includes('/embeddings')) {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not found"}');
    return;
  }
  const [, name = ''] = /ATTACK\(([^)]*)\)/.exec(body) ?? [];
  const write = lightAnswers[name] ?? heavyAnswers[name] ?? plainAnswer;
  const isStream = isOllama ? !/"stream":false/.test(body) : /"stream":true/.test(body);
  write({ response, wire: isOllama ? 'ollama' : 'openai', isStream, random: Math.random });
}

server.listen(0, '127.0.0.1', () =>
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
);
process.on('message', message => {
  if (message === 'end') process.exit(0);
  if (message === 'report') process.send?.({});
});
