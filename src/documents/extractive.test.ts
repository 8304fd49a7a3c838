import { describe, expect, it } from 'vitest';
import { textOf, userCall } from '../model/answer.ts';
import { placeOf, readsTasks } from '../model/leaf/model/place.ts';
import { type WorkerTask, withTask } from '../model/task.ts';
import type { Call, StreamPart } from '../model/types.ts';
import { extractive, extractiveScheme, none } from './extractive.ts';

const policy =
  'Refunds are paid within 30 days. Delivery is free above 60 euros. CR-1187 was approved by ' +
  'Dana Okafor. Pets are welcome.';

const ask = (task: WorkerTask, options: Omit<Call, 'prompt'> = {}) =>
  extractive().doGenerate(withTask(userCall(task.question, options), task));

const askDocument = (question: string, options: Omit<Call, 'prompt'> = {}): Call => ({
  ...options,
  prompt: [
    {
      role: 'user',
      content: [
        {
          type: 'file',
          mediaType: 'text/plain',
          filename: 'policy.txt',
          data: { type: 'text', text: `\f${policy}` },
        },
        { type: 'text', text: question },
      ],
    },
  ],
});

describe('extractive', () => {
  it('is a reader of tasks on this device', () => {
    const model = extractive();
    expect([model.modelId, placeOf(model), readsTasks(model)]).toEqual([
      'extractive:reader',
      'device',
      true,
    ]);
  });

  it('answers verbatim, with a source that can be opened', async () => {
    const answer = await extractive().doGenerate(askDocument('When are refunds paid?'));
    expect(textOf(answer)).toBe('Refunds are paid within 30 days. [e1]');
    const quote = 'Refunds are paid within 30 days.';
    expect(answer.content[1]).toMatchObject({
      type: 'source',
      sourceType: 'document',
      title: 'policy.txt',
      providerMetadata: { tandem: { start: 1, end: 33, page: 2, quote } },
    });
    expect(answer.providerMetadata).toEqual({
      extractive: { score: 1, citations: [{ start: 1, end: 33, quote }] },
    });
  });

  it('declines where nothing fits', async () => {
    const answer = await extractive().doGenerate(askDocument('Who won the world cup?'));
    expect(textOf(answer)).toBe(none);
    expect(answer.finishReason).toEqual({ unified: 'stop', raw: 'abstained' });
    expect(textOf(await extractive().doGenerate(userCall('Hello?')))).toBe(none);
  });

  it('extracts with a verbatim citation, or abstains with nulls', async () => {
    const found = JSON.parse(
      textOf(await ask({ kind: 'extract', question: 'Who approved CR-1187?', text: policy })),
    );
    expect(found.citation).toBe('CR-1187 was approved by Dana Okafor.');
    expect(found.answer).toBe(found.citation);
    for (const text of ['Nothing of the kind.', '']) {
      const missed = JSON.parse(
        textOf(await ask({ kind: 'extract', question: 'Who approved CR-1187?', text })),
      );
      expect(missed).toMatchObject({ citation: null, answer: null });
    }
  });

  it('relays quotes in the order of the text, known identifiers included', async () => {
    const task: WorkerTask = {
      kind: 'relay',
      question: 'When are refunds paid?',
      text: policy,
      known: [{ id: 'f1', text: 'The change is CR-1187.' }],
    };
    expect(JSON.parse(textOf(await ask(task)))).toEqual({
      facts: [
        { quote: 'Refunds are paid within 30 days.' },
        { quote: 'CR-1187 was approved by Dana Okafor.' },
      ],
      openQuestions: [],
    });
  });

  it('composes from the extracts that fit, each with its id', async () => {
    const extracts = [
      { id: 'e1', text: 'Pets are welcome.' },
      { id: 'e2', text: 'Refunds are paid within\n30 days.' },
    ];
    const task: WorkerTask = { kind: 'compose', question: 'When are refunds paid?', extracts };
    expect(textOf(await ask(task))).toBe('Refunds are paid within 30 days. [e2]');
    expect(textOf(await ask({ ...task, extracts: [] }))).toBe(none);
  });

  it('counts the tokens it reads and writes', async () => {
    const { usage } = await ask({
      kind: 'answer',
      question: 'When are refunds paid?',
      text: policy,
    });
    expect(usage.inputTokens.total).toBe(Math.ceil(policy.length / 4));
    expect(usage.outputTokens.total).toBeGreaterThan(0);
  });

  it('says what it cannot honour', async () => {
    const tools = [{ type: 'function' as const, name: 'f', inputSchema: {} }];
    const call = askDocument('When?', {
      tools,
      responseFormat: { type: 'json' },
      temperature: 0.7,
      topP: 0.9,
      seed: 1,
    });
    const features = (await extractive().doGenerate(call)).warnings.map(
      warning => 'feature' in warning && warning.feature,
    );
    expect(features).toEqual(['tools', 'responseFormat', 'temperature', 'topP']);
    expect(
      (await extractive().doGenerate(askDocument('When?', { temperature: 0 }))).warnings,
    ).toEqual([]);
  });

  it('streams what it generates', async () => {
    const call = askDocument('When are refunds paid?');
    const { stream } = await extractive().doStream(call);
    const parts: StreamPart[] = [];
    for await (const part of stream as unknown as AsyncIterable<StreamPart>) parts.push(part);
    expect(parts.map(part => part.type)).toEqual([
      'stream-start',
      'text-start',
      'text-delta',
      'text-end',
      'source',
      'finish',
    ]);
    const text = parts.map(part => (part.type === 'text-delta' ? part.delta : '')).join('');
    expect(text).toBe(textOf(await extractive().doGenerate(call)));
  });

  it('stops when the reader of its stream goes away, and does not start when aborted', async () => {
    const { stream } = await extractive().doStream(askDocument('When?'));
    await expect(stream.cancel()).resolves.toBeUndefined();
    const aborted = { abortSignal: AbortSignal.abort(new Error('gone')) };
    await expect(extractive().doGenerate(askDocument('When?', aborted))).rejects.toThrow('gone');
  });

  it('keeps overlapping calls apart', async () => {
    const model = extractive();
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        model.doGenerate(
          withTask(userCall('?'), {
            kind: 'answer',
            question: 'Where is box?',
            text: `The box is in room ${index}.`,
          }),
        ),
      ),
    );
    expect(answers.map(textOf)).toEqual(
      answers.map((_, index) => `The box is in room ${index}. [e1]`),
    );
  });

  it('reads 500 chunks in well under two seconds', async () => {
    const text = 'The service returned an error to the customer in the region. '.repeat(50);
    const task: WorkerTask = {
      kind: 'extract',
      question: 'Which refund did the customer get?',
      text,
    };
    const started = performance.now();
    for (let index = 0; index < 500; index++) await ask(task);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('extractiveScheme', () => {
  it('makes the reader by either spec', () => {
    for (const rest of ['', 'reader'])
      expect(extractiveScheme.create(rest, { env: {} }).modelId).toBe('extractive:reader');
  });

  it.each([
    ['another name', 'writer', {}, 'unknown_name', /got "writer".*extractive:reader/],
    ['a misspelt setting', '', { minscore: 0.2 }, 'unknown_name', /Did you mean "minScore"/],
    ['a score out of range', '', { minScore: 2 }, 'invalid_argument', /`minScore` must be/],
    [
      'too many sentences',
      '',
      { sentences: 6 },
      'invalid_argument',
      /`sentences` must be a number from 1 to 5/,
    ],
    [
      'half a sentence',
      '',
      { sentences: 1.5 },
      'invalid_argument',
      /`sentences` must be a whole number/,
    ],
  ])('refuses %s', (_name, rest, settings, code, message) => {
    expect(() => extractiveScheme.create(rest, settings)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });
});
