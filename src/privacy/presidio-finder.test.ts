import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { userCall } from '../model/answer.ts';
import { direct } from '../model/pattern/direct.ts';
import { run } from '../model/run/scope-life.ts';
import { doubleOf, promptText } from '../testing/double.ts';
import { personalDataMasker } from './personal-data-masker.ts';
import { presidioFinder } from './presidio-finder.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Speaks as Presidio's analyzer does, which counts code points. */
async function analyzer(reply: (text: string) => unknown, status = 200): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', chunk => {
      body += chunk;
    });
    request.on('end', () => {
      response.writeHead(request.url === '/analyze' ? status : 404, {
        'content-type': 'application/json',
      });
      response.end(JSON.stringify(reply((JSON.parse(body) as { text: string }).text)));
    });
  });
  servers.push(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const person = (name: string) => (text: string) => {
  const start = [...text.slice(0, text.indexOf(name))].length;
  return text.includes(name)
    ? [{ start, end: start + name.length, entity_type: 'PERSON', score: 0.85 }]
    : [];
};

async function sentThrough(endpoint: string, text: string): Promise<string> {
  let seen = '';
  const cloud = doubleOf({ modelId: 'cloud', place: 'cloud' }, call => {
    seen = promptText(call);
    return { text: 'ok' };
  });
  const masker = personalDataMasker({ more: presidioFinder({ endpoint }) });
  await run({ masker }, async () => direct(cloud).doGenerate(userCall(text)));
  return seen;
}

describe('a Presidio service', () => {
  it('finds what is masked, also behind characters of two code units', async () => {
    const seen = await sentThrough(
      await analyzer(person('Ada Byron')),
      '😀 Please write to Ada Byron today.',
    );
    expect(seen).toMatch(/^😀 Please write to MASKED_PERSON_[0-9a-f]{12} today\.$/);
  });

  it.each([
    ['answers with an error', () => analyzer(() => [], 500)],
    ['answers with something else', () => analyzer(() => ({ error: 'no' }))],
    ['is not there', async () => 'http://127.0.0.1:9'],
  ])('TRAP 12: nothing leaves when it %s', async (_what, start) => {
    await expect(sentThrough(await start(), 'Ada Byron')).rejects.toMatchObject({
      code: 'egress_denied',
    });
  });

  it('needs a URL', () => {
    expect(() => presidioFinder({ endpoint: 'presidio' })).toThrow('`endpoint` is "presidio"');
  });
});
