import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findPersonalData } from '../algorithms/text/personal-data.ts';
import { textOf, userCall } from '../model/answer.ts';
import { direct } from '../model/pattern/direct.ts';
import type { Masker } from '../model/run/ports.ts';
import { run } from '../model/run/scope-life.ts';
import { summaryOf } from '../model/run/summary.ts';
import type { Call, LanguageModel, StreamPart } from '../model/types.ts';
import { collectStream, doubleOf, lastUserText, promptText } from '../testing/double.ts';
import { patternContract } from '../testing/pattern-contract.ts';
import { scriptedModel } from '../testing/scripted-model.ts';
import { personalDataMasker } from './personal-data-masker.ts';

const secrets = [
  'anna.weber@example.org',
  '4111 1111 1111 1111',
  '+49 30 12345678',
  'sk-live-abcdefgh12345678',
];
const echo = () => {
  const seen: Call[] = [];
  const model = doubleOf({ modelId: 'gpt-4.1', place: 'cloud' }, call => {
    seen.push(call);
    return { text: `You wrote: ${lastUserText(call)}` };
  });
  return { model, seen };
};
const masked = <T>(work: () => Promise<T>, masker: Masker = personalDataMasker()) =>
  run({ masker }, work);
const ask = (model: LanguageModel, call: Call) =>
  masked(async () => direct(model).doGenerate(call));
const thrown = (promise: PromiseLike<unknown>) =>
  Promise.resolve(promise).then(
    () => undefined,
    (error: unknown) => error,
  );

describe('masking', () => {
  it('hides personal data from a cloud and puts it back into the answer', async () => {
    const { model, seen } = echo();
    const text = `Mail ${secrets[0]}, card ${secrets[1]}, phone ${secrets[2]}, key ${secrets[3]}.`;
    const answer = await ask(model, userCall(text));
    expect(textOf(answer)).toBe(`You wrote: ${text}`);
    expect(findPersonalData(promptText(seen[0]!))).toEqual([]);
    for (const secret of secrets) expect(JSON.stringify(seen)).not.toContain(secret);
    expect(summaryOf(answer)!.egress).toMatchObject({ calls: 1, masked: 4 });
  });

  it('hides a number that is a known value in another spelling, and gives it back so', async () => {
    const { model, seen } = echo();
    const text = 'Net 1 234 567,89 in all. SSN 123-45-6789.';
    expect(textOf(await ask(model, userCall(text)))).toBe(`You wrote: ${text}`);
    // The id of a placeholder is drawn, and may hold any digits.
    expect(promptText(seen[0]!).replace(/MASKED_\w+/g, '')).not.toMatch(/234|567/);
  });

  it('CONTRACT 19: masks prompt, tools, schema, file names; no headers; not locally', async () => {
    const { model, seen } = echo();
    const [secret] = secrets as [string];
    const call: Call = {
      prompt: [
        { role: 'system', content: `Serve ${secret}.` },
        {
          role: 'user',
          content: [
            {
              type: 'file',
              mediaType: 'text/plain',
              filename: `${secret}.txt`,
              data: { type: 'data', data: Buffer.from(secret) },
            },
            { type: 'text', text: 'go' },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'tool-call', toolCallId: 't', toolName: 'mail', input: { to: [secret] } },
          ],
        },
        {
          role: 'tool',
          content: [
            {
              type: 'tool-result',
              toolCallId: 't',
              toolName: 'mail',
              output: { type: 'text', value: secret },
            },
          ],
        },
      ],
      tools: [
        {
          type: 'function',
          name: 'mail',
          description: `Mails ${secret}`,
          inputSchema: { description: secret },
        },
      ],
      responseFormat: { type: 'json', schema: { description: secret } },
      headers: { 'x-user': secret },
    };
    await ask(model, call);
    expect(JSON.stringify(seen)).not.toContain(secret);
    expect(seen[0]!.headers).toBeUndefined();
    const local = scriptedModel(['fine']);
    await ask(local, call);
    expect(JSON.stringify(local.calls[0])).toContain(secret);
  });

  it('CONTRACT 18: restores its own; warns of a forged or older one, not showing it', async () => {
    const { model, seen } = echo();
    await masked(async () => {
      await direct(model).doGenerate(userCall(`First ${secrets[0]}`));
      const placeholder = /MASKED_EMAIL_[0-9a-f]{12}/.exec(promptText(seen[0]!))![0];
      const forger = scriptedModel([`I saw ${placeholder}`], {
        modelId: 'gpt-4.1',
        place: 'cloud',
      });
      const answer = await direct(forger).doGenerate(userCall('Second, without it'));
      expect(textOf(answer)).toBe(`I saw ${placeholder}`);
      expect(answer.warnings).toMatchObject([
        { type: 'other', message: expect.not.stringContaining('MASKED_') },
      ]);
    });
  });

  it('TRAP 16: survives a look-alike in the input and a second masking pass', async () => {
    const { model } = echo();
    const text = `MASKED_EMAIL_0123456789ab and ${secrets[0]}`;
    expect(textOf(await ask(model, userCall(text)))).toBe(`You wrote: ${text}`);
  });

  it('TRAP 16: restores values inside tool arguments as JSON, streamed in any pieces', async () => {
    const quoted = personalDataMasker({ words: ['Anna "Ann" Weber'] });
    const cloud = doubleOf({ modelId: 'gpt-4.1', place: 'cloud' }, call => {
      const placeholder = /MASKED_WORD_[0-9a-f]{12}/.exec(promptText(call))![0];
      return {
        content: [
          {
            type: 'tool-call',
            toolCallId: 't',
            toolName: 'mail',
            input: `{"to":"${placeholder}"}`,
          },
        ],
      };
    });
    const answer = await masked(
      async () =>
        collectStream((await direct(cloud).doStream(userCall('Mail Anna "Ann" Weber'))).stream),
      quoted,
    );
    const [part] = answer.content;
    expect(part?.type === 'tool-call' && JSON.parse(part.input)).toEqual({
      to: 'Anna "Ann" Weber',
    });
  });
});

describe('TRAP 16: values inside JSON', () => {
  const awkward = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
    .map(text => `An"na \\ ${text.replace(/\s/g, '_')} W`);
  const nested = fc.letrec(tie => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constant('HERE'),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.string({ maxLength: 4 }), tie('value'), { maxKeys: 3 }),
    ),
  })).value;

  it('are restored at any depth, plain and streamed in any pieces', () =>
    fc.assert(
      fc.asyncProperty(
        awkward,
        nested,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
        async (word, shape, sizes) => {
          const shapeText = JSON.stringify({ first: 'HERE', shape });
          const masker = personalDataMasker({ words: [word] });
          const cloud = (call: Call) =>
            shapeText.replaceAll('HERE', /MASKED_WORD_[0-9a-f]{12}/.exec(promptText(call))![0]);
          const base = doubleOf({ modelId: 'gpt-4.1', place: 'cloud' }, call => ({
            text: cloud(call),
          }));
          const streaming = cutting(sizes, cloud);
          const call = userCall(`About ${word} .`);
          const plain = await masked(async () => direct(base).doGenerate(call), masker);
          const streamed = await masked(
            async () => collectStream((await direct(streaming).doStream(call)).stream),
            masker,
          );
          const expected = JSON.parse(
            shapeText.replaceAll('HERE', () => JSON.stringify(word).slice(1, -1)),
          );
          expect(JSON.parse(textOf(plain))).toEqual(expected);
          expect(JSON.parse(textOf(streamed))).toEqual(expected);
        },
      ),
      { numRuns: 150 },
    ));
});

describe('a detector that fails', () => {
  const failing: [string, Masker][] = [
    [
      'throws',
      {
        find: () => {
          throw new TypeError('broken');
        },
      },
    ],
    ['rejects', { find: () => Promise.reject(new Error('down')) }],
    ['never answers', { find: () => new Promise(() => {}), timeoutMs: 20 }],
  ];
  it.each(failing)('TRAP 12: %s: nothing leaves', async (_name, masker) => {
    const { model, seen } = echo();
    const error = await thrown(
      masked(async () => direct(model).doGenerate(userCall('hello')), masker),
    );
    expect(error).toMatchObject({ code: 'egress_denied' });
    expect(seen).toHaveLength(0);
  });

  it('CONTRACT 19: denies a file that it cannot read', async () => {
    const { model, seen } = echo();
    const image = {
      type: 'file' as const,
      mediaType: 'image/png',
      data: { type: 'data' as const, data: new Uint8Array([1]) },
    };
    const call: Call = { prompt: [{ role: 'user', content: [image] }] };
    expect(await thrown(ask(model, call))).toMatchObject({ code: 'egress_denied' });
    expect(seen).toHaveLength(0);
  });
});

describe('masking then restoring is the identity', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom(...secrets, 'MASKED_', 'MASKED_EMAIL_00', '"', '\\'),
  );
  const anyText = fc
    .array(piece, { minLength: 1, maxLength: 8 })
    .map(pieces => `x${pieces.join(' ')}x`);

  it('for any text, streamed in any pieces', () =>
    fc.assert(
      fc.asyncProperty(
        anyText,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
        async (text, sizes) => {
          const model = cutting(sizes);
          const answer = await masked(async () =>
            collectStream((await direct(model).doStream(userCall(text))).stream),
          );
          expect(textOf(answer)).toBe(text);
        },
      ),
      { numRuns: 150 },
    ));

  const between = fc.constantFrom(
    ' ',
    ', ',
    '\n',
    '; ',
    ' (',
    ') ',
    ' 12/27 ',
    ' 123 ',
    ' - ',
    ': ',
    '. ',
    ' 12 ',
  );
  const secretText = fc
    .array(fc.tuple(fc.constantFrom(...secrets, 'word', '2026-01-31', '7'), between), {
      minLength: 1,
      maxLength: 8,
    })
    .map(pieces => pieces.flat().join(''));

  it('and no secret that was put in appears in what leaves, whatever stands beside it', () =>
    fc.assert(
      fc.asyncProperty(secretText, async text => {
        const { model, seen } = echo();
        await ask(model, userCall(`Note: ${text}`));
        for (const secret of secrets) expect(lastUserText(seen[0]!)).not.toContain(secret);
      }),
      { numRuns: 500 },
    ));

  it('and what leaves holds nothing that the detectors know', () =>
    fc.assert(
      fc.asyncProperty(anyText, async text => {
        const { model, seen } = echo();
        await ask(model, userCall(text));
        expect(findPersonalData(lastUserText(seen[0]!))).toEqual([]);
      }),
      { numRuns: 150 },
    ));
});

/** Echoes the last message in pieces of the given sizes, round and round. */
function cutting(
  sizes: readonly number[],
  say: (call: Call) => string = lastUserText,
): LanguageModel {
  const base = doubleOf({ modelId: 'gpt-4.1', place: 'cloud' }, call => ({ text: say(call) }));
  return {
    ...base,
    async doStream(call) {
      const text = say(call);
      const parts: StreamPart[] = [
        { type: 'stream-start', warnings: [] },
        { type: 'text-start', id: '0' },
      ];
      for (let at = 0, n = 0; at < text.length; n++) {
        const size = sizes[n % sizes.length]!;
        parts.push({ type: 'text-delta', id: '0', delta: text.slice(at, at + size) });
        at += size;
      }
      const { usage, finishReason } = await base.doGenerate(call);
      parts.push({ type: 'text-end', id: '0' }, { type: 'finish', usage, finishReason });
      return { stream: ReadableStream.from(parts) as ReadableStream<StreamPart> };
    },
  };
}

describe('a masked pattern passes the exam', () => {
  const within = <T>(work: () => Promise<T>) => masked(work);
  const masking = (model: LanguageModel): LanguageModel => ({
    specificationVersion: 'v4',
    provider: model.provider,
    modelId: model.modelId,
    supportedUrls: model.supportedUrls,
    doGenerate: call => within(async () => model.doGenerate(call)),
    doStream: call => within(async () => model.doStream(call)),
  });
  const subject = {
    roles: {
      only: { place: 'cloud' as const, reply: (call: Call) => `echo of ${lastUserText(call)}` },
    },
    make: ({ only }: Record<string, LanguageModel>) => masking(direct(only!)),
    call: (n: number) => userCall(`question ${n} of user${n}@example.org`),
    isRight: (text: string, n: number) => text === `echo of question ${n} of user${n}@example.org`,
  };
  for (const { name, run: examine } of patternContract(subject)) it(name, examine);
});
