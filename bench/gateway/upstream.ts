import { createServer } from 'node:http';

/** A double of an OpenAI-compatible server that costs next to nothing: `upstream.ts PORT`. */
const whole = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'double',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'The answer is 42.' },
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 12, completion_tokens: 6, total_tokens: 18 },
});
const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'double' };
const chunk = (delta: object, more: object = {}) => {
  const choices = [{ index: 0, delta, finish_reason: null }];
  return `data: ${JSON.stringify({ ...head, choices, ...more })}\n\n`;
};
const pauseMs = 1;

createServer((request, response) => {
  let body = '';
  request.on('data', piece => {
    body += piece;
  });
  request.on('end', () => {
    if (!body.includes('"stream":true')) {
      response.setHeader('content-type', 'application/json');
      response.end(whole);
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const words = ['The', ' answer', ' is', ' 42.'];
    const send = (index: number) => {
      if (index < words.length) {
        response.write(chunk({ content: words[index] }));
        setTimeout(send, pauseMs, index + 1);
        return;
      }
      response.write(chunk({}, { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }));
      response.write(
        chunk(
          {},
          { choices: [], usage: { prompt_tokens: 12, completion_tokens: 6, total_tokens: 18 } },
        ),
      );
      response.end('data: [DONE]\n\n');
    };
    setTimeout(send, pauseMs, 0);
  });
}).listen(Number(process.argv[2]), '127.0.0.1', () => console.log('listening'));
