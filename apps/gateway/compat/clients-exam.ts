import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Call,
  cascade,
  type LanguageModel,
  router,
  textAnswer,
  validator,
} from '../../../src/index.ts';
import { doubleOf, lastUserText, type Reply } from '../../../src/testing/index.ts';
import { subjects } from '../exam/subjects.ts';
import { startGateway, type TestGateway } from '../start-gateway.ts';
import type { Client } from './client.ts';

const aborted = { count: 0 };

/**
 * Speaks, calls the tool it is given, goes on with its result, writes JSON where asked, and waits
 * where told to.
 */
function speaker(call: Call): Reply {
  const last = call.prompt.at(-1);
  if (last?.role === 'tool') {
    const [part] = last.content;
    const output =
      part?.type === 'tool-result' && part.output.type === 'text' ? part.output.value : '?';
    return { text: `In Oslo it is ${output}.` };
  }
  if (lastUserText(call).includes('wait')) {
    call.abortSignal?.addEventListener('abort', () => aborted.count++, { once: true });
    return { text: 'late', delayMs: 1e8 };
  }
  const [tool] = call.tools ?? [];
  if (tool) {
    return {
      content: [
        { type: 'tool-call', toolCallId: 'call_1', toolName: tool.name, input: '{"city":"Oslo"}' },
      ],
    };
  }
  if (call.responseFormat?.type === 'json') return { text: '{"answer":42}' };
  return {
    text: textAnswer(`answer ${/\d+/.exec(lastUserText(call))?.[0]}`)
      .content.map(part => (part.type === 'text' ? part.text : ''))
      .join(''),
  };
}

function patterns(): Record<string, LanguageModel> {
  const local = doubleOf({ modelId: 'local' }, speaker);
  const cloud = doubleOf({ modelId: 'cloud', place: 'cloud' }, speaker);
  const accept = validator(text => !text.includes('bad'));
  const made = (name: string) => {
    const { roles, make } = subjects[name]!;
    const leaves = Object.entries(roles).map(([role, { place, reply }]) => {
      const answer = (call: Call): Reply => {
        const given = reply(call);
        return typeof given === 'string' ? { text: given } : given;
      };
      return [role, doubleOf({ modelId: role, place }, answer)] as const;
    });
    return make(Object.fromEntries(leaves));
  };
  return {
    cascade: cascade({ local, cloud, accept }),
    router: router({ local, cloud, scorer: () => 0.1 }),
    nested: cascade({ local: router({ local, cloud, scorer: () => 0.1 }), cloud, accept }),
    maker: made('maker'),
    minions: made('minions'),
    chain: made('chain'),
  };
}

const valve = [
  'The valve V7 was left open.',
  ...Array.from({ length: 140 }, (_, n) => `Entry ${n} of file 7 tells nothing.`),
].join('\n');
const filler = (n: number) =>
  `Paragraph ${n} of paper 7 says nothing of use. ${'Filler text. '.repeat(45)}`;
const paper = [
  ...[0, 1, 2, 3].map(filler),
  'The access code of paper 7 is K7-77, as agreed.',
  ...[4, 5, 6, 7].map(filler),
].join('\n\n');
type MakeClient = (baseURL: string) => Client;

/** Asks every pattern through clients, over one gateway. */
export function clientsExam(makers: readonly MakeClient[]): void {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway(patterns());
  });
  afterAll(() => gateway.close(0));
  for (const make of makers) {
    const { name } = make('http://127.0.0.1:1/v1');
    describe(`${name} against every pattern`, () => {
      const client = () => make(`${gateway.url}/v1`);
      for (const model of ['cascade', 'router', 'nested']) talks(model, client);
      reads(client);
    });
  }
}

function talks(model: string, client: () => Client): void {
  it(`${model}: chat and stream`, async () => {
    expect(await client().chat(model, 'question 5')).toBe('answer 5');
    expect(await client().stream(model, 'question 6')).toBe('answer 6');
  });
  it(`${model}: a loop of tools`, async () => {
    expect(await client().toolLoop(model, 'Weather?', city => `sunny in ${city}`)).toBe(
      'In Oslo it is sunny in Oslo.',
    );
  });
  it(`${model}: an object by its schema`, async () => {
    expect(await client().object(model, 'How much?')).toEqual({ answer: 42 });
  });
  it(`${model}: is given up, and the upstream with it`, async () => {
    const before = aborted.count;
    const controller = new AbortController();
    const answer = client().abort(model, 'wait for it', controller.signal);
    answer.catch(() => {});
    await new Promise(resolve => setTimeout(resolve, 400));
    controller.abort();
    await expect(answer).rejects.toThrow();
    await expect.poll(() => aborted.count).toBeGreaterThan(before);
  });
}

function reads(client: () => Client): void {
  it('maker: chat and stream', async () => {
    expect(await client().chat('maker', 'Take the number 7')).toBe('answer 7');
    expect(await client().stream('maker', 'Take the number 8')).toBe('answer 8');
  });
  it('minions and chain: a question about a file', async () => {
    const read = (model: string, text: string, question: string) =>
      client().file(model, { name: 'file.txt', text }, question);
    expect(await read('minions', paper, 'Which code does paper 7 give?')).toBe(
      'The code is K7-77 [e1].',
    );
    expect(await read('chain', valve, 'Why did file 7 overflow?')).toBe('Because of V7 [f1].');
  });
  it('an error is one that says what is wrong', async () => {
    await expect(client().chat('nobody', 'x')).rejects.toThrow(/does not exist/);
  });
}
