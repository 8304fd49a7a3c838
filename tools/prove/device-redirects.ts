import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ollama, openaiCompatible } from '../../src/entries/backends.ts';
import { direct, type LanguageModel, run } from '../../src/index.ts';
import { cloudsAt } from './border/backends.ts';
import type { Proof } from './journal.ts';

const mark = 'ZQREDIRECTED';
const statuses = [300, 301, 302, 303, 305, 307, 308];

/**
 * Lets servers of every backend, on this device and in a cloud, answer with every kind of redirect:
 * nothing arrives where it leads, neither a prompt nor a key nor a question.
 */
export async function provenRedirects(): Promise<Proof> {
  const arrived: string[] = [];
  const elsewhere = await listening((method, path) => {
    arrived.push(`${method} ${path}`);
    return { status: 200 };
  });
  const problems: string[] = [];
  let asked = 0;
  for (const status of statuses) {
    // With a redirect for every request, and for prompts alone.
    for (const isStrict of [false, true]) {
      const server = await listening((method, path) => {
        const isQuestion = method === 'GET' || path === '/api/show';
        if (isQuestion && !isStrict) return { status: 404 };
        return { status, location: `${elsewhere.url}${path}` };
      });
      const calls = modelsAt(server.url).flatMap(([name, model]) => [
        { name, ask: () => askedOf(model, false) },
        { name: `${name}, streamed`, ask: () => askedOf(model, true) },
      ]);
      for (const { name, ask } of calls) {
        await ask();
        problems.push(...arrived.splice(0).map(what => `${name} followed ${status}: ${what}`));
      }
      asked += calls.length;
      server.close();
    }
  }
  elsewhere.close();
  return { says: [`${asked} calls of servers that redirect`], problems: problems.slice(0, 20) };
}

function modelsAt(url: string): (readonly [string, LanguageModel])[] {
  return [
    ['a server here', openaiCompatible({ model: 'm', endpoint: `${url}/v1`, apiKey: mark })],
    ['a fetch of its own', openaiCompatible({ model: 'm', endpoint: `${url}/v1`, fetch })],
    ['an Ollama here', ollama({ model: 'm', endpoint: url })],
    ...cloudsAt(url).map(([name, make]) => [`${name} in a cloud`, make()] as const),
  ];
}

async function askedOf(model: LanguageModel, isStream: boolean): Promise<void> {
  const prompt = [{ role: 'user' as const, content: [{ type: 'text' as const, text: mark }] }];
  const options = { retry: { tries: 1 }, deadlineMs: 20_000 };
  const whole = direct(model);
  const work = async () => {
    if (!isStream) return whole.doGenerate({ prompt });
    const { stream } = await whole.doStream({ prompt });
    return stream.pipeTo(new WritableStream());
  };
  await run(options, work).catch(() => {});
}

type Answering = (method: string, path: string) => { status: number; location?: string };

async function listening(answer: Answering) {
  const server: Server = createServer((request, response) => {
    request.resume().on('end', () => {
      const { status, location } = answer(request.method ?? '', request.url ?? '');
      response.writeHead(status, location === undefined ? {} : { location });
      response.end('{}');
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
