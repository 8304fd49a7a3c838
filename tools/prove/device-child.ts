import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { openaiCompatible } from '../../src/entries/backends.ts';
import { direct, documentCall, extractive, minions, notConfigured, run } from '../../src/index.ts';
import { textOf } from '../../src/model/answer.ts';

/** Answers under `local-only` on a machine that reaches nobody; ends with 1 where that fails. */
const call = documentCall('What was the revenue?', [
  { title: 'report.txt', text: 'The revenue was 5 million. Rain fell on Monday.' },
]);
const answers: string[] = [];
const model = minions({ local: extractive(), cloud: notConfigured() });
const read = await run({ mode: 'local-only' }, async () => model.doGenerate(call));
answers.push(/5 million/.test(textOf(read)) ? 'a document was read' : '');

// Where loopback can be brought up, a server on it answers too.
if (Object.values(networkInterfaces()).flat().length > 0) {
  const server = createServer((request, response) => {
    const message = { role: 'assistant', content: 'here' };
    const chat = { choices: [{ index: 0, message, finish_reason: 'stop' }] };
    response.statusCode = request.url?.endsWith('/chat/completions') ? 200 : 404;
    response.end(JSON.stringify(response.statusCode === 200 ? chat : {}));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const prompt = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'hi' }] }];
  const local = openaiCompatible({ model: 'm', endpoint });
  const said = await run({ mode: 'local-only' }, async () => direct(local).doGenerate({ prompt }));
  answers.push(textOf(said) === 'here' ? 'a server on loopback answered' : '');
  server.closeAllConnections();
  server.close();
}
console.log(answers.join(', '));
process.exitCode = answers.includes('') ? 1 : 0;
