import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A double of an OpenAI-compatible server, for the soak, in a process of its own: it takes from
 * LEAST to MOST milliseconds for an answer, half of them before its first word, and tells at every
 * message what it has been asked.
 */
const [least = 0, most = 0] = process.argv.slice(2).map(Number);
const seen = { begun: 0, ended: 0, aborted: 0 };
const words = ' says that it is a fine day, and more of the kind.'.split(/(?= )/);
const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'double' };
const usage = { prompt_tokens: 12, completion_tokens: 12, total_tokens: 24 };
const chunk = (delta: object, more: object = {}) => {
  const choices = [{ index: 0, delta, finish_reason: null }];
  return `data: ${JSON.stringify({ ...head, choices, ...more })}\n\n`;
};

const server = createServer((request, response) => {
  seen.begun++;
  response.once('close', () => {
    seen.ended++;
    if (!response.writableFinished) seen.aborted++;
  });
  let body = '';
  request.on('data', piece => (body += piece));
  request.on('end', () => {
    const {
      model,
      stream,
      n = 1,
    } = JSON.parse(body) as { model: string; stream?: boolean; n?: number };
    const ms = least + Math.random() * (most - least);
    // Samples of a hard question agree on nothing: the cascade then goes on to the cloud.
    const said = () => (body.includes('hard') && model === 'small' ? `${Math.random()}` : model);
    const open = () => !response.destroyed;
    const whole = () => {
      if (!open()) return;
      const choices = Array.from({ length: n }, (_, index) => {
        const message = { role: 'assistant', content: [said(), ...words].join('') };
        return { index, message, finish_reason: 'stop' };
      });
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ ...head, object: 'chat.completion', choices, usage }));
    };
    if (!stream) return void later(whole, ms);
    const all = [said(), ...words];
    const send = (index: number) => {
      if (!open()) return;
      if (index === 0) response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (index < all.length) {
        response.write(chunk({ content: all[index] }));
        return void later(() => send(index + 1), ms / 2 / all.length);
      }
      response.write(chunk({}, { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }));
      response.write(chunk({}, { choices: [], usage }));
      response.end('data: [DONE]\n\n');
    };
    later(() => send(0), ms / 2);
  });
});

function later(work: () => void, ms: number): void {
  if (most === 0) setImmediate(work);
  else setTimeout(work, ms);
}

server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` });
});
process.on('message', () => process.send?.(seen));
